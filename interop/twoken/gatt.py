"""Meeting by Bluetooth (section 8.9): what a peripheral says of itself."""

from .refused import require

SERVICE = "68d7036a-2931-4c60-a442-a6fcb3afeaf8"
INFO = "b967ced9-4646-457e-b77b-cb716d761248"
BEACON = "026f9feb-c685-4675-be82-c8f96385a734"
PEER_BEACON = "86ffe9c3-cef6-4332-bfc0-6e142aaa648f"
VERSION = 1
NOT_KNOWN = -128


def encode_info(tx_power: int | None) -> bytes:
    said = NOT_KNOWN if tx_power is None else tx_power
    return bytes([VERSION]) + said.to_bytes(1, "big", signed=True)


def decode_info(data: bytes) -> int | None:
    """The TX power in dBm, where the device knows it; the version is looked at before anything else."""
    require(len(data) >= 1, "truncated")
    require(data[0] == VERSION, "version")
    require(len(data) >= 2, "truncated")
    require(len(data) <= 2, "oversized")
    said = int.from_bytes(data[1:], "big", signed=True)
    require(said == NOT_KNOWN or -100 <= said <= 20, "tx-power")
    return None if said == NOT_KNOWN else said


def attenuation(tx_power: int | None, rssi: int) -> int | None:
    return None if tx_power is None else max(tx_power - rssi, 0)
