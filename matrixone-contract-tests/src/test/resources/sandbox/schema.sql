CREATE TABLE product (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE, stock INT NOT NULL);
CREATE TABLE line (id BIGINT PRIMARY KEY, product_id BIGINT, quantity INT,
	CONSTRAINT line_product FOREIGN KEY (product_id) REFERENCES product (id));
CREATE TABLE marked (id INT PRIMARY KEY, flag VARCHAR(10));
INSERT INTO product (name, stock) VALUES ('apple', 10), ('pear', 20);
