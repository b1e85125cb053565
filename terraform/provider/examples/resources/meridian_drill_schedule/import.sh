terraform import meridian_drill_schedule.west_is_lost west-is-lost
