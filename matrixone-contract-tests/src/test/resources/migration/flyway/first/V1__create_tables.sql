CREATE TABLE customer (id BIGINT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(80) NOT NULL, CONSTRAINT uk_email UNIQUE (email));

CREATE TABLE purchase (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    placed_at DATETIME(6) NOT NULL,
    CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE INDEX ix_placed_at ON purchase (placed_at);
