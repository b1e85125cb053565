terraform import meridian_residency.all all
