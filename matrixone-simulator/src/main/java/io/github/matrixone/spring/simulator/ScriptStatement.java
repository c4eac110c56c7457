package io.github.matrixone.spring.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A statement of H2's {@code SCRIPT}, in which all names are quoted and all but those of
 * columns have their schema.
 */
final class ScriptStatement {

	private static final String QUOTED = "(?:U&)?\"(?:[^\"]++|\"\")*+\"";

	private static final Pattern TOKENS = Pattern
		.compile("(?:U&)?'(?:[^']++|'')*+'|(?<name>" + QUOTED + "(?:\\." + QUOTED + ")*+)");

	private static final Pattern PART = Pattern.compile(QUOTED);

	private static final Pattern ESCAPE = Pattern.compile("\\\\(?:(\\\\)|\\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))");

	private static final Pattern GENERATED = Pattern.compile("(?:CONSTRAINT|INDEX)_[0-9A-F_]+");

	private static final String CONSTRAINT = "CONSTRAINT ";

	private static final String REFERENCES = " REFERENCES ";

	private final String sql;

	private final Type type;

	private final List<Name> names = new ArrayList<>();

	ScriptStatement(String sql) {
		this.sql = sql;
		this.type = Type.of(sql);
		Matcher matcher = TOKENS.matcher(sql);
		while (matcher.find()) {
			if (matcher.group("name") != null) {
				this.names.add(new Name(matcher.start(), matcher.end(), parts(matcher.group("name"))));
			}
		}
	}

	String sql() {
		return this.sql;
	}

	Type type() {
		return this.type;
	}

	/**
	 * Return the table, view or sequence that the statement makes, or whose index or
	 * constraint it makes.
	 */
	TableName subject() {
		return tableName(this.names.get((this.type == Type.INDEX) ? 1 : 0));
	}

	/**
	 * Return the table that a foreign key references.
	 */
	@Nullable TableName references() {
		if (this.type == Type.CONSTRAINT) {
			for (Name name : this.names) {
				if (this.sql.startsWith(REFERENCES, name.start() - REFERENCES.length())) {
					return tableName(name);
				}
			}
		}
		return null;
	}

	/**
	 * Return the statement for another database.
	 */
	String in(DatabaseName source, DatabaseName target) {
		return rewrite((parts) -> {
			List<String> renamed = new ArrayList<>(parts);
			if (parts.size() > 1 && Names.is(parts.get(0), source.normalized())) {
				renamed.set(0, target.normalized());
			}
			return renamed;
		}, true);
	}

	/**
	 * Return the statement for another table. Its indexes and constraints get names of
	 * their own, because H2 wants those unique in a schema.
	 */
	String on(TableName source, TableName target) {
		return rewrite((parts) -> {
			List<String> renamed = new ArrayList<>(parts);
			if (parts.size() > 1 && Names.is(parts.get(0), Names.databaseOf(source).normalized())
					&& Names.is(parts.get(1), source.normalizedName())) {
				renamed.set(0, Names.databaseOf(target).normalized());
				renamed.set(1, target.normalizedName());
			}
			return renamed;
		}, false);
	}

	private String rewrite(UnaryOperator<List<String>> renaming, boolean keepOwnName) {
		StringBuilder text = new StringBuilder();
		int position = 0;
		for (Name name : this.names) {
			text.append(this.sql, position, name.start());
			position = name.end();
			if (name == ownName() && (!keepOwnName || isGenerated(name))) {
				text.setLength(text.length() - ((this.type == Type.CONSTRAINT) ? CONSTRAINT.length() : 0));
				position++;
			}
			else {
				text.append(quoted(renaming.apply(name.parts())));
			}
		}
		return text.append(this.sql, position, this.sql.length()).toString();
	}

	private @Nullable Name ownName() {
		return switch (this.type) {
			case INDEX -> this.names.get(0);
			case CONSTRAINT -> this.names.get(1);
			default -> null;
		};
	}

	private static boolean isGenerated(Name name) {
		return GENERATED.matcher(name.parts().get(name.parts().size() - 1)).matches();
	}

	private static TableName tableName(Name name) {
		return Names.table(Names.database(name.parts().get(0)), name.parts().get(1));
	}

	private static String quoted(List<String> parts) {
		return parts.stream().map((part) -> '"' + part.replace("\"", "\"\"") + '"').collect(Collectors.joining("."));
	}

	private static List<String> parts(String name) {
		return PART.matcher(name).results().map((part) -> unquoted(part.group())).toList();
	}

	private static String unquoted(String part) {
		int quote = part.indexOf('"');
		String text = part.substring(quote + 1, part.length() - 1).replace("\"\"", "\"");
		return (quote > 0) ? ESCAPE.matcher(text).replaceAll(ScriptStatement::unescaped) : text;
	}

	private static String unescaped(MatchResult escape) {
		if (escape.group(1) != null) {
			return Matcher.quoteReplacement("\\");
		}
		String hexadecimal = (escape.group(2) != null) ? escape.group(2) : escape.group(3);
		return Matcher.quoteReplacement(Character.toString(Integer.parseInt(hexadecimal, 16)));
	}

	private record Name(int start, int end, List<String> parts) {
	}

	/**
	 * What a statement makes.
	 */
	enum Type {

		SEQUENCE("CREATE SEQUENCE .*"), TABLE("CREATE (?:CACHED|MEMORY) TABLE .*"),
		INDEX("CREATE (?:[A-Z]+ )*INDEX .*"), CONSTRAINT("ALTER TABLE .* ADD CONSTRAINT .*"),
		VIEW("CREATE FORCE VIEW .*"), OTHER(".*");

		private final Pattern pattern;

		Type(String pattern) {
			this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
		}

		static Type of(String sql) {
			for (Type type : values()) {
				if (type.pattern.matcher(sql).matches()) {
					return type;
				}
			}
			return OTHER;
		}

	}

}
