terraform import meridian_table.account public.account
