CREATE TABLE category (id BIGINT PRIMARY KEY, name VARCHAR(50) NOT NULL);

CREATE TABLE supplier (id BIGINT PRIMARY KEY, name VARCHAR(50) NOT NULL);

CREATE TABLE warehouse (id BIGINT PRIMARY KEY, name VARCHAR(50) NOT NULL);

CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(50) NOT NULL);

CREATE TABLE product (
	id BIGINT PRIMARY KEY,
	name VARCHAR(50) NOT NULL,
	stock INT NOT NULL,
	category_id BIGINT NOT NULL,
	supplier_id BIGINT NOT NULL,
	FOREIGN KEY (category_id) REFERENCES category (id),
	FOREIGN KEY (supplier_id) REFERENCES supplier (id)
);

CREATE TABLE price (
	id BIGINT PRIMARY KEY,
	product_id BIGINT NOT NULL,
	cents INT NOT NULL,
	FOREIGN KEY (product_id) REFERENCES product (id)
);

CREATE TABLE review (
	id BIGINT PRIMARY KEY,
	product_id BIGINT NOT NULL,
	customer_id BIGINT NOT NULL,
	stars INT NOT NULL,
	FOREIGN KEY (product_id) REFERENCES product (id),
	FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE purchase (
	id BIGINT PRIMARY KEY,
	customer_id BIGINT NOT NULL,
	FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE purchase_line (
	id BIGINT PRIMARY KEY,
	purchase_id BIGINT NOT NULL,
	product_id BIGINT NOT NULL,
	quantity INT NOT NULL,
	FOREIGN KEY (purchase_id) REFERENCES purchase (id),
	FOREIGN KEY (product_id) REFERENCES product (id)
);

CREATE TABLE movement (
	id BIGINT AUTO_INCREMENT PRIMARY KEY,
	product_id BIGINT NOT NULL,
	warehouse_id BIGINT NOT NULL,
	quantity INT NOT NULL,
	FOREIGN KEY (product_id) REFERENCES product (id),
	FOREIGN KEY (warehouse_id) REFERENCES warehouse (id)
);
