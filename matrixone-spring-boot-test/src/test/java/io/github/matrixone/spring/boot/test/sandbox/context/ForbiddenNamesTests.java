package io.github.matrixone.spring.boot.test.sandbox.context;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which statements name the database {@code shop}.
 */
class ForbiddenNamesTests {

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM shop.product", "select p.name from `shop`.`product` p",
			"INSERT INTO Shop . product VALUES (1)", "UPDATE product p, shop.line l SET l.a = 1", "USE shop",
			"use `SHOP`", "DROP DATABASE IF EXISTS shop", "CREATE DATABASE IF NOT EXISTS `shop`", "DROP SCHEMA shop",
			"CREATE DATABASE x CLONE shop", "DATA BRANCH CREATE DATABASE x FROM `shop`",
			"CREATE SNAPSHOT s FOR DATABASE shop", "CREATE SNAPSHOT s FOR TABLE shop product",
			"RESTORE DATABASE `shop` {SNAPSHOT = 's'}", "CREATE TABLE t CLONE shop.product",
			"SELECT 'it''s', shop.product.name FROM shop.product", "SELECT 1 /* it's */ FROM shop.product",
			"DELETE FROM shop.product WHERE shop = 1", "INSERT INTO shop.product (id, shop) VALUES (1, 7)",
			"UPDATE shop.product shop SET shop.name = 'x' WHERE shop.id = 1", "/*!40000 DELETE FROM shop.product */",
			"TRUNCATE shop.product; SELECT shop FROM a", "SHOW TABLES FROM shop" })
	void areNamed(String sql) {
		assertThat(ForbiddenNames.isNamed(sql, "shop")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM product", "SELECT shop.name FROM shop", "SELECT shop.id FROM orders shop",
			"SELECT * FROM shop_copy.product", "SELECT * FROM workshop.product", "SELECT a.shop FROM a",
			"SELECT 'shop.product'", "SELECT 1 -- from shop.product", "SELECT 1 /* shop.product */",
			"INSERT INTO shop VALUES ('shop.x')", "UPDATE t SET shop = 'a.b'", "SELECT \"USE shop\"",
			"CREATE DATABASE shop_copy CLONE other", "DROP DATABASE `shop-2`", "USE workshop",
			"SELECT shop.id FROM shop JOIN a ON shop.id = a.shop", "DELETE FROM a WHERE shop = 1" })
	void areNotNamed(String sql) {
		assertThat(ForbiddenNames.isNamed(sql, "shop")).isFalse();
	}

}
