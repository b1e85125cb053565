terraform import meridian_gateway.east_west east/west
