terraform import meridian_topology.shop shop
