CREATE OR REPLACE VIEW customer_email AS SELECT email FROM customer;
