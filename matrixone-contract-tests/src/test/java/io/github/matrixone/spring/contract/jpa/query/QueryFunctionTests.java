package io.github.matrixone.spring.contract.jpa.query;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The functions of HQL, called with columns of a row.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryFunctionTests extends QueryContract {

	@BeforeAll
	void insertSample() {
		this.transaction.executeWithoutResult((status) -> this.entityManager.merge(new Sample()));
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			x.i + x.j => 4
			x.i - x.j => 10
			x.i * x.j => -21
			x.i / x.j => -2
			x.i / 2 => 3
			x.i / 2.0 => 3.5
			x.d / 2 => 1.25
			x.dec / 5 => 2.469000000
			x.i % 4 => 3
			mod(x.i, 4) => 3
			mod(x.j, 2) => -1
			-x.i => -7
			abs(x.j) => 3
			abs(x.dec) => 12.345
			sign(x.j) => -1
			sign(x.dec) => 1
			ceiling(x.dec) => 13
			ceiling(x.d) => 3
			floor(x.dec) => 12
			floor(x.d) => 2
			floor(-x.d) => -3
			exp(x.d) => 12.18249396
			ln(x.d) => 0.9162907319
			log(x.d) => 0.9162907319
			log(2, x.i) => 2.807354922
			log10(x.i) => 0.84509804
			log2(x.i) => 2.807354922
			sqrt(x.i) => 2.645751311
			power(x.i, 2) => 49
			power(x.d, x.j) => 0.064
			round(x.dec, 1) => 12.3
			round(x.dec, 2) => 12.35
			round(x.dec) => 12
			round(x.d) => 2
			round(x.i, -1) => 10
			truncate(x.dec, 1) => 12.300
			truncate(x.dec) => 12.000
			trunc(x.dec, 2) => 12.340
			trunc(-x.dec, 1) => -12.300
			trunc(x.d) => 2
			degrees(x.d) => 143.2394488
			radians(x.d) => 0.0436332313
			pi => 3.141592654
			sin(x.d) => 0.5984721441
			cos(x.d) => -0.8011436155
			tan(x.d) => -0.7470222972
			cot(x.d) => -1.338648128
			asin(0.5) => 0.5235987756
			acos(0.5) => 1.047197551
			atan(x.d) => 1.19028995
			atan2(x.i, x.d) => 1.227772386
			sinh(x.d) => 6.050204481
			cosh(x.d) => 6.13228948
			tanh(x.d) => 0.9866142982
			rand() >= 0 and rand() < 1 => true
			greatest(x.i, x.j, 5) => 7
			least(x.i, x.j, 5) => -3
			greatest(x.s, 'World') => World
			least(x.s, 'World') => Hello
			greatest(x.dt, date 2024-03-01) => 2024-03-01
			bitand(x.i, 3) => 3
			bitor(x.i, 8) => 15
			bitxor(x.i, 2) => 5
			bit_and(x.i) => 7
			bit_or(x.i) => 7
			stddev(x.i) => 0
			stddev_pop(x.i) => 0
			stddev_samp(x.i) => null
			variance(x.i) => 0
			var_pop(x.i) => 0
			var_samp(x.i) => null
			bitnot(bitnot(x.i)) => 7
			""")
	void calculates(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			length(x.s) => 5
			length(x.u) => 8
			character_length(x.u) => 8
			octet_length(x.u) => 14
			bit_length(x.u) => 112
			lower(x.s) => hello
			upper(x.s) => HELLO
			upper(x.u) => GRÜßE 世界
			lower('ÄÖÜ') => äöü
			concat(x.s, '-', x.i) => Hello-7
			concat(x.s, x.nul) => null
			x.s || '-' || x.i => Hello-7
			x.s || x.nul => null
			left(x.s, 2) => He
			right(x.s, 2) => lo
			left(x.u, 3) => Grü
			right(x.u, 2) => 世界
			substring(x.s, 2) => ello
			substring(x.s, 2, 3) => ell
			substring(x.s from 2 for 3) => ell
			substring(x.u, 3, 2) => üß
			substr(x.s, 2, 3) => ell
			substring(x.s, -2) => lo
			length(substring(x.s, 0)) => 0
			replace(x.s, 'l', 'LL') => HeLLLLo
			replace(x.u, 'ü', 'ue') => Grueße 世界
			locate('l', x.s) => 3
			locate('l', x.s, 4) => 4
			locate('界', x.u) => 8
			locate('q', x.s) => 0
			position('l' in x.s) => 3
			instr(x.s, 'l') => 3
			overlay(x.s placing 'XX' from 2 for 1) => HXXllo
			overlay(x.s placing 'XX' from 2) => HXXlo
			insert(x.s, 2, 1, 'XX') => HXXllo
			trim(x.t) => pad
			trim(leading from x.t) || '|' => pad  |
			trim(both 'H' from x.s) => ello
			trim(leading 'H' from x.s) => ello
			trim(trailing 'o' from x.s) => Hell
			ltrim(x.t) || '|' => pad  |
			lpad(x.s, 8, '*') => ***Hello
			rpad(x.s, 8, '*') => Hello***
			rpad(x.s, 8) || '|' => Hello   |
			lpad(x.s, 3, '*') => Hel
			lpad(x.u, 10, '界') => 界界Grüße 世界
			pad(x.s with 8 leading '*') => ***Hello
			pad(x.s with 8 trailing '*') => Hello***
			pad(x.s with 8 trailing) || '|' => Hello   |
			repeat('ab', 3) => ababab
			repeat(x.s, x.i) => HelloHelloHelloHelloHelloHelloHello
			reverse(x.s) => olleH
			reverse(x.u) => 界世 eßürG
			ascii(x.s) => 72
			chr(65) => A
			char(65) => A
			soundex(x.s) => H400
			hex(x.s) => 48656C6C6F
			hex(x.bin) => 01ABFF
			md5(x.s) => 8b1a9953c4611296a827abf8c47804d7
			sha(x.s) => 185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969
			sha1(x.s) => f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0
			sha2(x.s, 256) => 185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969
			regexp_like(x.s, '^H.*o$') => true
			regexp_like(x.s, '^h') => false
			regexp_like(x.s, '^h', 'i') => true
			regexp_like(x.s, 'zz') => false
			x.s like regexp '^H' => true
			x.s like 'h%' => false
			x.s ilike 'h%' => true
			x.s not ilike 'h%' => false
			x.s like 'H_llo' => true
			collate(x.s as utf8mb4_bin) => Hello
			collate(x.s as utf8mb4_bin) = 'hello' => false
			x.s = 'hello' => false
			str(x.i) => 7
			str(x.dec) => 12.345
			str(x.d) => 2.5
			str(x.dt) => 2024-02-29
			str(x.ts) => 2024-02-29 13:14:15.123456
			string(x.en) => GREEN
			ordinal(x.ord) => 2
			coalesce(x.nul, x.s) => Hello
			coalesce(x.nulli, x.i) => 7
			ifnull(x.nul, 'z') => z
			nullif(x.i, 7) => null
			nullif(x.i, 8) => 7
			case when x.i > 5 then 'big' else 'small' end => big
			case x.i when 7 then 1 when 8 then 2 else 3 end => 1
			case when x.nul is null then x.i end => 7
			format(x.ts as 'yyyy-MM-dd HH:mm:ss') => 2024-02-29 13:14:15
			format(x.ts as 'yyyy/MM/dd''T''HH:mm:ss') => 2024/02/29T13:14:15
			format(x.ts as 'dd.MM.yy hh:mm a') => 29.02.24 01:14 PM
			format(x.ts as 'EEEE, d MMMM yyyy') => Thursday, 29 February 2024
			format(x.ts as 'EEE MMM') => Thu Feb
			format(x.ts as 'HH:mm:ss.SSSSSS') => 13:14:15.123456
			format(x.dt as 'dd/MM/yyyy') => 29/02/2024
			'|' || lpad(x.s, 8) => |   Hello
			'|' || trim(trailing from x.t) || '|' => |  pad|
			'|' || rtrim(x.t) || '|' => |  pad|
			'|' || space(3) || '|' => |   |
			crc32('a') is not null => true
			locate('L', x.s) => 3
			position('L' in x.s) => 3
			replace(x.s, 'L', '-') => Hello
			""")
	void changesAndComparesText(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			year(x.dt) => 2024
			month(x.dt) => 2
			day(x.dt) => 29
			hour(x.tm) => 13
			minute(x.tm) => 14
			second(x.tm) => 15
			hour(x.ts) => 13
			minute(x.ts) => 14
			second(x.ts) => 15.1235
			microsecond(x.ts) => 123456
			quarter(x.dt) => 1
			week(x.dt) => 9
			dayofmonth(x.dt) => 29
			dayofweek(x.dt) => 5
			dayofyear(x.dt) => 60
			dayname(x.dt) => Thursday
			monthname(x.dt) => February
			last_day(date 2024-02-10) => 2024-02-29
			date(x.ts) => 2024-02-29
			time(x.ts) => 13:14:15
			timestamp(x.dt) => 2024-02-29 00:00:00.0
			makedate(2024, 60) => 2024-02-29
			maketime(13, 14, 15) => 13:14:15
			adddate(x.dt, 1) => 2024-03-01
			subdate(x.dt, 1) => 2024-02-28
			addtime(x.tm, time 01:00:00) => 14:14:15
			subtime(x.tm, time 01:00:00) => 12:14:15
			datediff(x.dt, date 2024-02-01) => 28
			extract(year from x.ts) => 2024
			extract(quarter from x.ts) => 1
			extract(month from x.ts) => 2
			extract(week from x.ts) => 9
			extract(day from x.ts) => 29
			extract(day of month from x.ts) => 29
			extract(day of week from x.ts) => 5
			extract(day of year from x.ts) => 60
			extract(week of month from x.ts) => 5
			extract(week of year from x.ts) => 9
			extract(hour from x.ts) => 13
			extract(minute from x.ts) => 14
			extract(second from x.ts) => 15.1235
			extract(nanosecond from x.ts) => 15123456000
			extract(epoch from x.ts) => 1709212455
			extract(date from x.ts) => 2024-02-29
			extract(time from x.ts) => 13:14:15
			extract(year from x.dt) => 2024
			extract(week from x.dt) => 9
			extract(day of week from x.dt) => 5
			extract(epoch from x.dt) => 1709164800
			extract(hour from x.tm) => 13
			extract(minute from x.tm) => 14
			extract(second from x.tm) => 15
			extract(year from x.inst) => 2024
			extract(hour from x.inst) => 13
			extract(date from x.inst) => 2024-02-29
			x.dt + 1 day => 2024-03-01
			x.dt - 1 month => 2024-01-29
			x.dt + 1 year => 2025-02-28
			x.dt + 1 week => 2024-03-07
			x.dt + 1 quarter => 2024-05-29
			x.ts + 1 hour => 2024-02-29T14:14:15.123456
			x.ts + 90 minute => 2024-02-29T14:44:15.123456
			x.ts + 30 second => 2024-02-29T13:14:45.123456
			x.ts + 1 day => 2024-03-01T13:14:15.123456
			x.ts - 2 year => 2022-02-28T13:14:15.123456
			x.ts + x.i day => 2024-03-07T13:14:15.123456
			timestampadd(day, 1, x.ts) => 2024-03-01T13:14:15.123456
			timestampadd(month, -1, x.dt) => 2024-01-29
			timestampadd(second, 1, x.ts) => 2024-02-29T13:14:16.123456
			dateadd(hour, 1, x.ts) => 2024-02-29T14:14:15.123456
			timestampdiff(year, date 2020-01-01, x.dt) => 4
			timestampdiff(quarter, date 2020-01-01, x.dt) => 16
			timestampdiff(month, date 2023-12-31, x.dt) => 1
			timestampdiff(week, date 2024-02-01, x.dt) => 4
			timestampdiff(day, date 2024-02-01, x.dt) => 28
			timestampdiff(hour, datetime 2024-02-28 00:00:00, x.ts) => 37
			timestampdiff(minute, datetime 2024-02-29 13:00:00, x.ts) => 14
			timestampdiff(second, datetime 2024-02-29 13:14:00, x.ts) => 15
			timestampdiff(nanosecond, datetime 2024-02-29 13:14:15, x.ts) => 123456000
			(x.ts - datetime 2024-02-29 13:14:00) by second => 15
			(x.ts - datetime 2024-02-28 13:14:15) by hour => 24
			(x.dt - date 2024-02-01) by day => 28
			x.dt - date 2024-02-01 => PT672H
			x.ts - datetime 2024-02-29 13:14:15 => PT0.123456S
			x.dur by minute => 90
			x.dur + x.dur => PT3H
			truncate(x.ts, year) => 2024-01-01T00:00
			truncate(x.ts, month) => 2024-02-01T00:00
			truncate(x.ts, day) => 2024-02-29T00:00
			truncate(x.ts, hour) => 2024-02-29T13:00
			truncate(x.ts, minute) => 2024-02-29T13:14
			truncate(x.ts, second) => 2024-02-29T13:14:15
			trunc(x.dt, month) => 2024-02-01
			current_date is not null => true
			current_date = local date => true
			extract(year from current_timestamp) >= 2024 => true
			abs(timestampdiff(second, current_timestamp, local datetime)) <= 1 => true
			abs(timestampdiff(second, instant, local datetime)) <= 1 => true
			abs(timestampdiff(second, offset datetime, local datetime)) <= 1 => true
			current_time is not null => true
			local time is not null => true
			current_instant is not null => true
			now() is not null => true
			curdate() = current_date => true
			curtime() is not null => true
			sysdate() is not null => true
			localtime is not null => true
			localtimestamp is not null => true
			utc_date() is not null => true
			utc_time() is not null => true
			utc_timestamp() is not null => true
			""")
	@FaultOfServer(value = "time() cuts the fraction of a second off", only = "time(x.ts)")
	void calculatesWithTime(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			cast(x.i as String) => 7
			cast(x.i as Long) => 7
			cast(x.i as Double) => 7
			cast(x.i as Float) => 7
			cast(x.i as BigDecimal) => 7.00
			cast(x.i as BigInteger) => 7
			cast(x.i as Short) => 7
			cast(x.i as Byte) => 7
			cast(x.i as Boolean) => true
			cast(0 as Boolean) => false
			cast(x.d as Integer) => 2
			cast(x.d as String) => 2.5
			cast(x.d as BigDecimal(10,1)) => 2.5
			cast(x.dec as Integer) => 12
			cast(x.dec as Double) => 12.345
			cast(x.dec as String) => 12.345
			cast(x.dec as BigDecimal(10,1)) => 12.3
			cast('42' as Integer) => 42
			cast('42' as Long) => 42
			cast('4.25' as Double) => 4.25
			cast('4.25' as BigDecimal(10,2)) => 4.25
			cast('true' as Boolean) => true
			cast('f' as Boolean) => false
			cast(x.yes as String) => true
			cast(x.no as String) => false
			cast(x.yes as Integer) => 1
			cast(x.s as String(3)) => Hel
			cast('2024-02-29' as LocalDate) => 2024-02-29
			cast('13:14:15' as LocalTime) => 13:14:15
			cast('2024-02-29 13:14:15.5' as LocalDateTime) => 2024-02-29T13:14:15.500
			cast(x.ts as LocalDate) => 2024-02-29
			cast(x.ts as LocalTime) => 13:14:15
			cast(x.dt as LocalDateTime) => 2024-02-29T00:00
			cast(x.dt as String) => 2024-02-29
			cast(x.tm as String) => 13:14:15
			cast(x.ts as String) => 2024-02-29 13:14:15.123456
			cast(x.nul as Integer) => null
			cast(x.s as Binary) => 48656c6c6f
			cast(x.en as String) => GREEN
			cast(x.ord as Integer) => 2
			x.uuid => 00112233-4455-6677-8899-aabbccddeeff
			x.bin => 01abff
			""")
	void casts(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			x.nul is null => true
			x.nul = 'a' => null
			x.nul is distinct from 'a' => true
			x.nul is not distinct from null => true
			x.i is distinct from 7 => false
			x.i is not distinct from 7 => true
			x.yes is true => true
			x.no is false => true
			x.yes is not false => true
			x.yes and x.no => false
			not x.yes => false
			x.yes or x.no => true
			(x.i, x.j) in ((7, -3), (1, 2)) => true
			(x.i, x.j) = (7, -3) => true
			(x.i, x.j) <> (7, -3) => false
			(x.i, x.j) < (7, -2) => true
			(x.i, x.j) in ((1, 2)) => false
			x.i between 1 and 7 => true
			x.i not between 1 and 7 => false
			x.dt between date 2024-01-01 and date 2024-12-31 => true
			x.i in (1, 7) => true
			x.i not in (1, 7) => false
			x.ts = datetime 2024-02-29 13:14:15.123456 => true
			x.tm = time 13:14:15 => true
			x.en = GREEN => true
			x.en in (RED, GREEN) => true
			x.ord > RED => true
			x.bin = {0x01, 0xAB, 0xFF} => true
			sql('? + 1', x.i) => 8
			'a' = 'a ' => false
			x.s > 'Hell' => true
			x.uuid = x.uuid => true
			""")
	void tests(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`',
			textBlock = """
					json_value(x.js, '$.n') => 5
					json_value(x.js, '$.s') => text
					json_value(x.js, '$.n' returning Integer) => 5
					json_value(x.js, '$.t' returning Boolean) => true
					json_value(x.js, '$.a.b[2].c') => x
					json_value(x.js, '$.none') => null
					json_value(x.js, '$.z') => null
					json_value(x.js, '$.n' null on error) => 5
					json_value(x.js, '$.arr[$idx]' passing 1 as idx) => 20
					json_query(x.js, '$.a') => {"b": [1, 2, {"c": "x"}]}
					json_query(x.js, '$.arr') => [10, 20, 30]
					json_query(x.js, '$.n') => 5
					json_query(x.js, '$.none') => null
					json_exists(x.js, '$.a.b') => true
					json_exists(x.js, '$.none') => false
					json_exists(x.js, '$.z') => true
					json_exists(x.js, '$.arr[$idx]' passing 5 as idx) => false
					json_object('k' : x.i, 's' : x.s) => {"k": 7, "s": "Hello"}
					json_object() => {}
					json_object('k' : x.nul) => {"k": null}
					json_object('b' : x.yes) => {"b": true}
					json_object('dec' : x.dec) => {"dec": 12.345}
					json_object('d' : x.dt) => {"d": "2024-02-29"}
					json_object('o' : json_object('i' : x.i)) => {"o": {"i": 7}}
					json_array(x.i, x.s) => [7, "Hello"]
					json_array() => []
					json_array(x.i, x.nul) => [7, null]
					json_array(x.i, x.nul null on null) => [7, null]
					json_array(json_array(x.i), x.yes) => [[7], true]
					json_arrayagg(x.i) => [7]
					json_arrayagg(x.nul null on null) => [null]
					json_set(x.js, '$.n', 6) => {"a": {"b": [1, 2, {"c": "x"}]}, "arr": [10, 20, 30], "n": 6, "s": "text", "t": true, "z": null}
					json_set(x.js, '$.new', 'v') => {"a": {"b": [1, 2, {"c": "x"}]}, "arr": [10, 20, 30], "n": 5, "new": "v", "s": "text", "t": true, "z": null}
					json_insert(x.js, '$.n', 6) => {"a": {"b": [1, 2, {"c": "x"}]}, "arr": [10, 20, 30], "n": 5, "s": "text", "t": true, "z": null}
					json_replace(x.js, '$.new', 6) => {"a": {"b": [1, 2, {"c": "x"}]}, "arr": [10, 20, 30], "n": 5, "s": "text", "t": true, "z": null}
					json_remove(x.js, '$.a') => {"arr": [10, 20, 30], "n": 5, "s": "text", "t": true, "z": null}
					json_mergepatch('{"a":1,"b":2}', '{"b":null,"c":3}') => {"a": 1, "c": 3}
					""")
	void readsAndWritesJson(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			count(*) => 1
			count(x.nul) => 0
			count(distinct x.i) => 1
			sum(x.i) => 7
			sum(x.d) => 2.5
			sum(x.dec) => 12.345
			avg(x.i) => 7
			avg(x.dec) => 12.345
			min(x.s) => Hello
			max(x.ts) => 2024-02-29T13:14:15.123456
			every(x.i > 5) => true
			any(x.i > 50) => false
			listagg(x.s, ',') => Hello
			listagg(x.s, ',') within group (order by x.i desc) => Hello
			listagg(distinct x.s, ',') => Hello
			""")
	void aggregates(String expression, String value) {
		assertThat(rows("select " + expression + " from Sample x")).isEqualTo(value);
	}

}
