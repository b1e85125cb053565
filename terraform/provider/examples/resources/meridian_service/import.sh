terraform import meridian_service.ledger ledger
