package io.github.matrixone.spring.sql;

import java.util.Set;

/**
 * The functions of the server that only compute: they neither lock nor change anything,
 * in the database or in the session. What an application has defined itself is not among
 * them, nor what administers the server.
 */
final class HarmlessFunctions {

	private static final Set<String> FUNCTIONS = Set.of("ABS", "ACOS", "ANY_VALUE", "ASCII", "ASIN", "ATAN", "ATAN2",
			"AVG", "BIN", "BIT_AND", "BIT_COUNT", "BIT_LENGTH", "BIT_OR", "BIT_XOR", "CAST", "CEIL", "CEILING",
			"CHARACTER_LENGTH", "CHARSET", "CHAR_LENGTH", "COALESCE", "COLLATION", "CONCAT", "CONCAT_WS",
			"CONNECTION_ID", "CONV", "CONVERT", "CONVERT_TZ", "COS", "COSINE_DISTANCE", "COSINE_SIMILARITY", "COT",
			"COUNT", "CRC32", "CUME_DIST", "CURDATE", "CURRENT_ACCOUNT_ID", "CURRENT_DATE", "CURRENT_TIME",
			"CURRENT_TIMESTAMP", "CURRENT_USER", "CURTIME", "DATABASE", "DATEDIFF", "DATE_ADD", "DATE_FORMAT",
			"DATE_SUB", "DAY", "DAYNAME", "DAYOFMONTH", "DAYOFWEEK", "DAYOFYEAR", "DEGREES", "DENSE_RANK", "ELT",
			"EMPTY", "ENDSWITH", "EXP", "EXTRACT", "FIELD", "FIND_IN_SET", "FIRST_VALUE", "FLOOR", "FORMAT",
			"FROM_BASE64", "FROM_DAYS", "FROM_UNIXTIME", "GREATEST", "GROUPING", "GROUP_CONCAT", "HEX", "HOUR",
			"IFNULL", "INNER_PRODUCT", "INSTR", "ISNULL", "JSON_ARRAY", "JSON_ARRAYAGG", "JSON_CONTAINS",
			"JSON_EXTRACT", "JSON_KEYS", "JSON_LENGTH", "JSON_OBJECT", "JSON_OBJECTAGG", "JSON_QUOTE", "JSON_TYPE",
			"JSON_UNQUOTE", "JSON_VALID", "JSON_VALUE", "L1_NORM", "L2_DISTANCE", "L2_DISTANCE_SQ", "L2_NORM", "LAG",
			"LAST_DAY", "LAST_VALUE", "LCASE", "LEAD", "LEAST", "LEFT", "LENGTH", "LENGTHUTF8", "LN", "LOCALTIME",
			"LOCALTIMESTAMP", "LOCATE", "LOG", "LOG10", "LOG2", "LOWER", "LPAD", "LTRIM", "MAKEDATE", "MAKETIME", "MAX",
			"MD5", "MEDIAN", "MICROSECOND", "MID", "MIN", "MINUTE", "MOD", "MONTH", "MONTHNAME", "NORMALIZE_L2", "NOW",
			"NTH_VALUE", "NTILE", "NULLIF", "OCT", "OCTET_LENGTH", "ORD", "PERCENT_RANK", "PI", "POSITION", "POW",
			"POWER", "QUARTER", "QUOTE", "RADIANS", "RAND", "RANK", "REGEXP_INSTR", "REGEXP_LIKE", "REGEXP_REPLACE",
			"REGEXP_SUBSTR", "REPEAT", "REVERSE", "RIGHT", "ROUND", "ROW_NUMBER", "RPAD", "RTRIM", "SCHEMA", "SECOND",
			"SHA1", "SHA2", "SIGN", "SIN", "SINH", "SPACE", "SPLIT_PART", "SQRT", "STARTSWITH", "STD", "STDDEV",
			"STDDEV_POP", "STDDEV_SAMP", "STRCMP", "STR_TO_DATE", "SUBSTR", "SUBSTRING", "SUBSTRING_INDEX", "SUM",
			"SYSDATE", "TAN", "TIMEDIFF", "TIMESTAMPADD", "TIMESTAMPDIFF", "TIME_FORMAT", "TO_BASE64", "TO_DATE",
			"TO_DAYS", "TO_SECONDS", "TRIM", "TRUNCATE", "UCASE", "UNHEX", "UNIX_TIMESTAMP", "UPPER", "USER",
			"UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP", "UUID", "VARIANCE", "VAR_POP", "VAR_SAMP", "VERSION", "WEEK",
			"WEEKDAY", "WEEKOFYEAR", "YEAR", "YEARWEEK");

	/** What stands before a parenthesis in queries and is no function. */
	private static final Set<String> OTHER_WORDS = Set.of("ALL", "AND", "ANY", "AS", "BETWEEN", "BIGINT", "BINARY",
			"BY", "CASE", "CHAR", "DATE", "DATETIME", "DECIMAL", "DISTINCT", "DIV", "ELSE", "EXCEPT", "EXISTS", "FLOAT",
			"FROM", "HAVING", "IF", "IN", "INDEX", "INSERT", "INTERSECT", "INTERVAL", "IS", "JOIN", "KEY", "LATERAL",
			"LIKE", "LIMIT", "MINUS", "NOT", "OFFSET", "ON", "OR", "OVER", "RECURSIVE", "REGEXP", "REPLACE", "RLIKE",
			"ROW", "SELECT", "SOME", "THEN", "TIME", "TIMESTAMP", "UNION", "USING", "VALUES", "VARBINARY", "VARCHAR",
			"VECF32", "VECF64", "WHEN", "WHERE", "XOR");

	private HarmlessFunctions() {
	}

	/**
	 * Return whether what a name before a parenthesis stands for leaves all as it is.
	 * @param upperCase the name in upper case
	 * @return {@code true} if it certainly does
	 */
	static boolean contains(String upperCase) {
		return FUNCTIONS.contains(upperCase) || OTHER_WORDS.contains(upperCase);
	}

}
