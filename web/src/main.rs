//! The app's program.

fn main() {
    twoken_web::app::run();
}
