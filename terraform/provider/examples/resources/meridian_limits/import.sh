terraform import meridian_limits.all all
