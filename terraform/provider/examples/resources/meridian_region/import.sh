terraform import meridian_region.east east
