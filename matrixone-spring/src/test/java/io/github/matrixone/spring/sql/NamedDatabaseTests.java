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
			"DELETE shop.item FROM item", "USE shop", "use `Shop`", "DROP DATABASE shop", "DROP SCHEMA IF EXISTS shop",
			"CREATE TABLE a LIKE shop.item", "CREATE TABLE a CLONE shop.item", "CREATE DATABASE a CLONE shop",
			"SHOW TABLES FROM shop", "PREPARE p FROM 'SELECT * FROM shop.item'", "SELECT 1; SELECT * FROM shop.item",
			"/*! SELECT * FROM shop.item */", "SELECT * FROM shop.item WHERE a = 'x",
			"RESTORE TABLE shop.item {SNAPSHOT = 's'}", "ALTER TABLE shop.item ADD a INT", "TRUNCATE shop.item",
			"SELECT * FROM (SELECT * FROM shop.item) a", "SELECT (SELECT max(id) FROM shop.item)" })
	void isNamed(String sql) {
		assertThat(NamedDatabase.isIn(sql, SHOP)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM item", "SELECT 'shop.item' FROM item", "SELECT \"shop.item\" FROM item",
			"SELECT * FROM item -- shop.item", "SELECT * FROM item /* shop.item */", "SELECT shop.id FROM item shop",
			"SELECT shop.id FROM shop WHERE shop.name = 'x'", "SELECT * FROM shops.item", "SELECT * FROM workshop.item",
			"SELECT a.shop FROM item a", "SELECT * FROM other.shop", "SELECT shop FROM item", "DELETE FROM shop",
			"SELECT database() FROM item", "UPDATE shop SET name = 'shop'",
			"INSERT INTO item (shop) VALUES ('shop.item')" })
	void isNotNamed(String sql) {
		assertThat(NamedDatabase.isIn(sql, SHOP)).isFalse();
	}

}
