//! One bad picture of a code, as a hand-held camera gives it: rotated, out of focus, unevenly lit, noisy.

use fast_qr::{ECL, QRBuilder, QRCode};

use crate::prng::Prng;

/// Pixels from left to right.
pub const WIDTH: u32 = 640;
/// Pixels from top to bottom.
pub const HEIGHT: u32 = 480;

/// Modules of light paper around a code (ISO/IEC 18004 asks for four).
const QUIET: f64 = 4.0;
/// Degrees by which a code is rotated, at most, to either side.
const TILT: f64 = 14.0;
/// Standard deviation of the blur, in pixels.
const BLUR: f64 = 0.7;
/// How dark the darkest corner is, as a part of the lightest.
const SHADE: f64 = 0.6;
/// Grey values by which noise changes a pixel, at most.
const NOISE: f64 = 10.0;
/// Grey values of the code's light and dark modules, and of what is behind it.
const LIGHT: f64 = 225.0;
const DARK: f64 = 35.0;
const BEHIND: f64 = 120.0;
/// Points at which a pixel looks at the code in each direction: a camera's pixel sees an area.
const POINTS: u32 = 2;

/// Grey pixels, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame(Vec<u8>);

impl Frame {
    /// A picture of the code of a text, with so many pixels a module; `None` if it does not fit.
    #[must_use]
    pub fn of_code(text: &str, pixels: f64, prng: &mut Prng) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let view = View::of(&code, pixels, prng)?;
        let mut grey = Vec::with_capacity((WIDTH * HEIGHT) as usize);
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                grey.push(view.seen(&code, x, y));
            }
        }
        let grey = shaded(blurred(&grey), prng);
        Some(Self(grey.into_iter().map(|value| noisy(value, prng)).collect()))
    }

    /// The pixels.
    #[must_use]
    pub fn luma(&self) -> &[u8] {
        &self.0
    }
}

/// Where the code is in the picture.
struct View {
    pixels: f64,
    sine: f64,
    cosine: f64,
    centre: (f64, f64),
}

impl View {
    fn of(code: &QRCode, pixels: f64, prng: &mut Prng) -> Option<Self> {
        let (sine, cosine) = prng.between(-TILT, TILT).to_radians().sin_cos();
        // Half of what the rotated paper takes in either direction.
        let half = (code.size as f64 / 2.0 + QUIET) * pixels * (sine.abs() + cosine);
        let (free_x, free_y) = (f64::from(WIDTH) / 2.0 - half, f64::from(HEIGHT) / 2.0 - half);
        if free_x < 0.0 || free_y < 0.0 {
            return None;
        }
        let x = f64::from(WIDTH) / 2.0 + prng.between(-free_x, free_x);
        let y = f64::from(HEIGHT) / 2.0 + prng.between(-free_y, free_y);
        Some(Self { pixels, sine, cosine, centre: (x, y) })
    }

    /// What a pixel sees, before anything goes wrong.
    fn seen(&self, code: &QRCode, x: u32, y: u32) -> f64 {
        let mut sum = 0.0;
        for step_y in 0..POINTS {
            for step_x in 0..POINTS {
                let inside = |step: u32| (f64::from(step) + 0.5) / f64::from(POINTS);
                sum += self.grey_at(code, f64::from(x) + inside(step_x), f64::from(y) + inside(step_y));
            }
        }
        sum / f64::from(POINTS * POINTS)
    }

    fn grey_at(&self, code: &QRCode, x: f64, y: f64) -> f64 {
        let (x, y) = (x - self.centre.0, y - self.centre.1);
        let middle = code.size as f64 / 2.0;
        let column = (x * self.cosine + y * self.sine) / self.pixels + middle;
        let row = (y * self.cosine - x * self.sine) / self.pixels + middle;
        let paper = -QUIET..code.size as f64 + QUIET;
        if !paper.contains(&column) || !paper.contains(&row) {
            return BEHIND;
        }
        if is_dark(code, column, row) { DARK } else { LIGHT }
    }
}

fn is_dark(code: &QRCode, column: f64, row: f64) -> bool {
    let inside = 0.0..code.size as f64;
    inside.contains(&column)
        && inside.contains(&row)
        && code.data.get(row as usize * code.size + column as usize).is_some_and(|module| module.value())
}

/// A Gaussian blur, first along rows, then along columns.
fn blurred(grey: &[f64]) -> Vec<f64> {
    let (width, height) = (i64::from(WIDTH), i64::from(HEIGHT));
    let at = |grey: &[f64], x: i64, y: i64| {
        let index = y.clamp(0, height - 1) * width + x.clamp(0, width - 1);
        usize::try_from(index).ok().and_then(|index| grey.get(index)).copied().unwrap_or_default()
    };
    let reach = (3.0 * BLUR).ceil() as i64;
    let weights: Vec<(i64, f64)> =
        (-reach..=reach).map(|step| (step, (-((step * step) as f64) / (2.0 * BLUR * BLUR)).exp())).collect();
    let whole: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let pass = |grey: &[f64], along: (i64, i64)| -> Vec<f64> {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        places
            .map(|(x, y)| {
                let one =
                    |(step, weight): &(i64, f64)| weight * at(grey, x + step * along.0, y + step * along.1);
                weights.iter().map(one).sum::<f64>() / whole
            })
            .collect()
    };
    pass(&pass(grey, (1, 0)), (0, 1))
}

/// Light that falls off in one direction.
fn shaded(grey: Vec<f64>, prng: &mut Prng) -> Vec<f64> {
    let (sine, cosine) = prng.between(0.0, std::f64::consts::TAU).sin_cos();
    let (half_x, half_y) = (f64::from(WIDTH) / 2.0, f64::from(HEIGHT) / 2.0);
    let far = half_x * cosine.abs() + half_y * sine.abs();
    let places = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    places
        .zip(grey)
        .map(|((x, y), value)| {
            let along = ((f64::from(x) - half_x) * cosine + (f64::from(y) - half_y) * sine) / far;
            value * (1.0 - (1.0 - SHADE) * (along + 1.0) / 2.0)
        })
        .collect()
}

fn noisy(value: f64, prng: &mut Prng) -> u8 {
    // A cast of a double to a byte keeps within 0 and 255.
    (value + prng.between(-NOISE, NOISE)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_every_pixel_and_both_greys() {
        let frame = Frame::of_code("https://twoken.example", 4.0, &mut Prng::new(1)).unwrap();
        assert_eq!(frame.luma().len(), 640 * 480);
        let (least, most) = (frame.luma().iter().min().unwrap(), frame.luma().iter().max().unwrap());
        assert!(*least < 45 && *most > 140, "{least} {most}");
    }

    #[test]
    fn blur_keeps_the_amount_of_light() {
        let mut point = vec![0.0; (WIDTH * HEIGHT) as usize];
        point[(100 * WIDTH + 100) as usize] = 255.0;
        let blurred = blurred(&point);
        assert!((blurred.iter().sum::<f64>() - 255.0).abs() < 1e-6);
        assert!(blurred[(100 * WIDTH + 100) as usize] < 90.0);
    }
}
