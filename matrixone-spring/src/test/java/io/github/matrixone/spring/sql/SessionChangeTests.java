package io.github.matrixone.spring.sql;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SessionChange}, and for how it is read from a text.
 */
class SessionChangeTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					SET foreign_key_checks = 0                          | @@session.foreign_key_checks
					set FOREIGN_KEY_CHECKS=0;                           | @@session.foreign_key_checks
					set foreign_key_checks := 0                         | @@session.foreign_key_checks
					set `sql_mode` = ''                                 | @@session.sql_mode
					set session sql_mode = ''                           | @@session.sql_mode
					set local sql_mode = default                        | @@session.sql_mode
					set @@sql_mode = ''                                 | @@session.sql_mode
					set @@session.sql_mode = ''                         | @@session.sql_mode
					set @@LOCAL.sql_mode = ''                           | @@session.sql_mode
					set @a = 1                                          | @a
					set @A := 1                                         | @A
					set @`a b` = 1                                      | @`a b`
					set @a = 1, foreign_key_checks := 0, @@session.sql_mode = '' | @a @@session.foreign_key_checks @@session.sql_mode
					set @a = 1, @a = 2                                  | @a
					set @a = (select max(b), (1) from t where c in (1, 2)), b = 1 | @a @@session.b
					set @a = concat('x', ';'), @b = 'c, d = 1'          | @a @b
					set/**/a/**/=/**/1/* , b = 2 */                     | @@session.a
					/*!40101 SET @OLD = @@SQL_MODE, SQL_MODE='NO_AUTO_VALUE' */ | @OLD @@session.sql_mode
					set @a = @b, c = @@d                                | @a @@session.c
					set a = -1, b = on, c = null, d = :e, f = ?         | @@session.a @@session.b @@session.c @@session.d @@session.f
					set a = b = c                                       | @@session.a
					set @a = {d '2026-01-01'}                           | @a
					set global a = 1, b = 2                             | @@session.b
					set a = 1, global b = 2                             | @@session.a
					set @@global.a = 1, session b = 2                   | @@session.b
					set autocommit = 0, @a = 1                          | @@session.autocommit @a
					set global a = 1                                    |
					set @@global.a = 1, @@GLOBAL.b = 2                  |
					set persist a = 1                                   |
					set @@persist.a = 1                                 |
					set @@persist_only.a = 1                            |
					""")
	void namesTheVariablesOfTheSession(String sql, String variables) {
		List<String> expected = (variables != null) ? List.of(variables.split(" (?=@)")) : List.of();
		assertThat(change(sql)).isEqualTo(new SessionChange(expected, true));
		assertThat(change(sql).isNone()).isEqualTo(expected.isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET NAMES utf8mb4", "SET CHARACTER SET utf8", "SET CHARSET 'utf8'",
			"set names 'utf8' collate 'utf8_bin'" })
	void knowsThatTheServerReadsUtf8WhateverIsAgreed(String sql) {
		assertThat(change(sql).isNone()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "set names = 'utf8', names utf8", "set names utf8, @a = 1",
			"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET SESSION TRANSACTION READ ONLY",
			"SET GLOBAL TRANSACTION READ ONLY", "SET ROLE r", "SET SECONDARY ROLE ALL", "SET DEFAULT ROLE r TO u",
			"SET PASSWORD = 'x'", "SET PASSWORD FOR u = 'x'", "SET CONNECTION ID TO 5", "SET LOGSERVICE SETTINGS a = 1",
			"SET", "set a", "set a =", "set a = ,", "set a = 1,", "set a = 1, , b = 1", "set , a = 1", "set = 1",
			"set a 1", "set a : 1", "set a = = 1", "set a == 1", "set a.b = 1", "set @@a.b = 1",
			"set @@session.a.b = 1", "set @a.b = 1", "set @`a.b` = 1", "set @'a' = 1", "set @\"a\" = 1",
			"set \"a\" = 1", "set 'a' = 1", "set `a b` = 1", "set größe = 1", "set @größe = 1", "set ? = 1",
			"set (a) = 1", "set (a = 1)", "set a = (1", "set a = 1)", "set a = ), b = 1", "set @a = @b := 1",
			"set @a = (@b := 1)", "set @a = (select 1 into @b)", "set a = 1, names utf8", "set session = 1",
			"set session @a = 1", "set global @@a = 1", "set session session a = 1" })
	void knowsNothingOfOtherChanges(String sql) {
		assertThat(change(sql)).isEqualTo(SessionChange.UNCERTAIN);
		assertThat(change(sql).isNone()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select @a := 1", "update t set a = 1", "use d", "begin", "set_ a = 1", "(set a = 1)",
			"set @a = 'x" })
	void belongsToNoOtherStatement(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement().extracting(SqlStatement::sessionChange).isNull();
	}

	@Test
	void isUnmodifiable() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> change("set a = 1").variables().clear());
	}

	private static SessionChange change(String sql) {
		SessionChange change = SqlStatement.parse(sql).get(0).sessionChange();
		assertThat(change).isNotNull();
		return change;
	}

}
