terraform import meridian_pin.stress stress
