package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Answers the queries that nobody has scripted: a row of ones, or what a driver wants to
 * know of a session.
 */
final class Variables {

	private static final Pattern VARIABLE = Pattern.compile("(?is)@@(?:session\\.|global\\.)?(\\w+).*");

	private static final Pattern ALIAS = Pattern.compile("(?is)(.*?)\\s+(?:AS\\s+)?`?(\\w+)`?");

	private static final Map<String, String> VALUES = Map.ofEntries(Map.entry("auto_increment_increment", "1"),
			Map.entry("collation_connection", "utf8mb4_0900_ai_ci"),
			Map.entry("collation_server", "utf8mb4_0900_ai_ci"), Map.entry("init_connect", ""),
			Map.entry("interactive_timeout", "28800"), Map.entry("license", "GPL"),
			Map.entry("lower_case_table_names", "1"), Map.entry("max_allowed_packet", "67108864"),
			Map.entry("net_write_timeout", "60"), Map.entry("performance_schema", "0"),
			Map.entry("query_cache_size", "0"), Map.entry("query_cache_type", "OFF"),
			Map.entry("sql_mode", "STRICT_TRANS_TABLES"), Map.entry("sql_select_limit", "18446744073709551615"),
			Map.entry("system_time_zone", "UTC"), Map.entry("time_zone", "SYSTEM"),
			Map.entry("transaction_isolation", "REPEATABLE-READ"), Map.entry("transaction_read_only", "0"),
			Map.entry("tx_isolation", "REPEATABLE-READ"), Map.entry("tx_read_only", "0"),
			Map.entry("wait_timeout", "28800"));

	private Variables() {
	}

	static Answer answer(String sql, WireSession session) {
		if (!SqlText.startsWith(sql, "SELECT", "(SELECT", "WITH")) {
			return Answer.columns("c");
		}
		List<String> names = new ArrayList<>();
		List<@Nullable String> values = new ArrayList<>();
		for (String expression : SqlText.selected(sql)) {
			Matcher alias = ALIAS.matcher(expression);
			boolean named = alias.matches();
			names.add(named ? alias.group(2) : expression.substring(expression.lastIndexOf('.') + 1));
			values.add(value(named ? alias.group(1) : expression, session));
		}
		Answer answer = Answer.columns(names.toArray(String[]::new));
		boolean catalog = Pattern.compile("(?i)\\b(mo_catalog|information_schema|performance_schema)\\.")
			.matcher(sql)
			.find();
		return catalog ? answer : answer.row(values.toArray(String[]::new));
	}

	private static @Nullable String value(String expression, WireSession session) {
		Matcher variable = VARIABLE.matcher(expression);
		if (variable.matches()) {
			String name = variable.group(1).toLowerCase(Locale.ROOT);
			return switch (name) {
				case "autocommit" -> session.isAutocommit() ? "1" : "0";
				case "version_comment" -> session.isMatrixOne() ? "MatrixOne" : "MySQL Community Server - GPL";
				case "version" -> session.version();
				default -> VALUES.getOrDefault(name, "utf8mb4");
			};
		}
		return switch (expression.toLowerCase(Locale.ROOT)) {
			case "database()", "schema()" -> session.database();
			case "version()" -> session.version();
			case "connection_id()" -> Integer.toString(session.number());
			case "user()", "current_user()" -> "root@localhost";
			case "null" -> null;
			default -> expression.matches("\\d+") ? expression
					: expression.matches("'[^']*'") ? expression.substring(1, expression.length() - 1) : "1";
		};
	}

}
