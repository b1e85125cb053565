terraform import meridian_zone.east_1 east-1
