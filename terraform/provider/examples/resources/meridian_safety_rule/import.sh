terraform import meridian_safety_rule.all all
