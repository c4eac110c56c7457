package io.github.matrixone.spring.sql;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class NamedDatabaseTests {

	private static final DatabaseName SHOP = DatabaseName.of("Shop");

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM shop.item", "SELECT * FROM `SHOP`.`item`", "SELECT * FROM shop . item",
			"SELECT * FROM shop/**/.item", "SELECT * FROM item i, shop.item",
			"SELECT * FROM item shop JOIN shop.item i", "SELECT shop.item.id FROM item",
			"INSERT INTO shop.item VALUES (1)", "UPDATE shop.item SET id = 1", "DELETE FROM shop.item",
			"DELETE shop.item FROM item", "DROP DATABASE shop", "DROP SCHEMA IF EXISTS shop",
			"CREATE TABLE a LIKE shop.item", "CREATE TABLE a CLONE shop.item", "CREATE DATABASE a CLONE shop",
			"SHOW TABLES FROM shop", "SELECT 1; SELECT * FROM shop.item", "/*! SELECT * FROM shop.item */",
			"SELECT * FROM shop.item WHERE a = 'x", "RESTORE TABLE shop.item {SNAPSHOT = 's'}",
			"ALTER TABLE shop.item ADD a INT", "TRUNCATE shop.item", "SELECT * FROM (SELECT * FROM shop.item) a",
			"SELECT (SELECT max(id) FROM shop.item)", "INSERT shop.line (shop) VALUES ('x')",
			"INSERT IGNORE shop.line (shop) VALUES ('x')", "REPLACE shop.line (id, shop) VALUES (1, 'x')",
			"UPDATE IGNORE shop.line SET shop = 'i'", "UPDATE LOW_PRIORITY shop.line SET shop = 'i'",
			"TRUNCATE shop.line; SELECT shop FROM line", "CREATE INDEX shop ON shop.line (item_id)",
			"SELECT shop FROM (shop.line)", "DELETE shop.line FROM line shop", "SELECT a.shop FROM item a, shop.item b",
			"UPDATE \"shop\".\"item\" SET name = 'x'", "SELECT \"shop\".id FROM \"item\"",
			"EXPLAIN SELECT * FROM shop.item shop", "CREATE SNAPSHOT s FOR TABLE shop item",
			"CREATE PITR p FOR TABLE `Shop` item RANGE 1 'h'" })
	void isNamed(String sql) {
		assertThat(NamedDatabase.isIn(sql, SHOP)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM item", "SELECT 'shop.item' FROM item", "SELECT \"shop.item\" FROM item",
			"SELECT * FROM item -- shop.item", "SELECT * FROM item /* shop.item */", "SELECT shop.id FROM item shop",
			"SELECT shop.id FROM shop WHERE shop.name = 'x'", "SELECT * FROM shops.item", "SELECT * FROM workshop.item",
			"SELECT a.shop FROM item a", "SELECT * FROM other.shop", "SELECT shop FROM item", "DELETE FROM shop",
			"SELECT database() FROM item", "SELECT DATABASE(), id FROM shop", "SELECT shop.id, shop.name FROM shop",
			"UPDATE shop SET shop.name = 'k', shop.id = 1", "SELECT count(*) FROM shop GROUP BY shop.id, shop.name",
			"SHOW FULL TABLES FROM shop_b", "SHOW TABLES FROM `shop_b`", "SHOW VARIABLES LIKE 'shop'",
			"INSERT INTO shop (id) VALUES (1) ON DUPLICATE KEY UPDATE shop.id = 2",
			"SELECT * FROM item JOIN shop ON (shop.id = item.id) WHERE shop.id IN (SELECT shop.id FROM shop)",
			"WITH shop AS (SELECT 1 AS id) SELECT shop.id FROM shop", "UPDATE shop SET name = 'shop'",
			"INSERT INTO item (shop) VALUES ('shop.item')", "CREATE SNAPSHOT shop FOR TABLE other item",
			"CREATE SNAPSHOT s FOR TABLE other shop", "SELECT * FROM item FOR UPDATE", "DROP TABLE shop" })
	void isNotNamed(String sql) {
		assertThat(NamedDatabase.isIn(sql, SHOP)).isFalse();
	}

}
