-- Whether money has come is said by whoever gets it: no key of a merchant's may record a payment.
UPDATE api_keys SET scopes = (SELECT json_group_array(value) FROM json_each(scopes)
    WHERE value <> 'payments:write')
WHERE scopes LIKE '%payments:write%';
