package io.github.matrixone.spring.sql;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CheckConstraintTests {

	@Test
	void readsWhatTheServerTells() {
		assertThat(CheckConstraint.read("""
				CREATE TABLE `p` (
				  `id` bigint NOT NULL COMMENT 'CONSTRAINT `x` CHECK (1)',
				  `check` varchar(40) DEFAULT 'a ) b',
				  PRIMARY KEY (`id`),
				  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `q` (`id`) ON DELETE RESTRICT,
				  CONSTRAINT `__mo_chk_1` CHECK (length(`check`) > 2),
				  CONSTRAINT `a``b` CHECK (`id` < 1000 or `check` = 'x`)y''(')
				)""")).containsExactly(new CheckConstraint("__mo_chk_1", "length(`check`) > 2"),
				new CheckConstraint("a`b", "`id` < 1000 or `check` = 'x`)y''('"));
	}

	@Test
	void findsNoneWhereThereIsNone() {
		assertThat(CheckConstraint.read("CREATE TABLE `p` (\n  `id` bigint NOT NULL\n)")).isEmpty();
	}

	@Test
	void saysWhereItCannotRead() {
		assertThat(CheckConstraint.read("CREATE TABLE `p` (CONSTRAINT `c` CHECK (`a` = 'it's'))")).isNull();
	}

}
