package io.github.matrixone.spring.r2dbc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Type;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TextRows;

/**
 * Shows a connection's transaction a text before it is sent.
 *
 * <p>
 * The server reads the tables of a text that is prepared in the database where it was
 * prepared, wherever the connection is meanwhile, and the driver keeps what it has
 * prepared by its text. So the text is another one in each database that a connection is
 * led to.
 */
final class WrappedStatement implements Statement {

	private final String sql;

	private final List<SqlStatement> statements;

	private final Connection connection;

	private final Statement target;

	private final R2dbcTransaction transaction;

	private final List<Consumer<Statement>> settings = new ArrayList<>();

	/** What is bound by its index, unless there are several rows of parameters. */
	private final Map<Integer, Object> parameters = new HashMap<>();

	private boolean parametersKnown = true;

	WrappedStatement(String sql, Connection connection, R2dbcTransaction transaction) {
		this.statements = SqlStatement.parse(sql);
		this.sql = transaction.state().sent(sql, this.statements);
		this.connection = connection;
		this.target = connection.createStatement(this.sql);
		this.transaction = transaction;
	}

	@Override
	public Flux<Result> execute() {
		Map<Integer, Object> bound = this.parametersKnown ? Map.copyOf(this.parameters) : Map.of();
		return this.transaction.execute(List.of(this.sql), bound::get, this.statements,
				(place) -> Flux.defer(target(place)::execute));
	}

	private Statement target(@Nullable StandIn place) {
		if (place == null) {
			return this.target;
		}
		String name = HexFormat.of().formatHex(place.database().normalized().getBytes(StandardCharsets.UTF_8));
		Statement there = this.connection.createStatement("/* in " + name + " */ " + this.sql);
		this.settings.forEach((setting) -> setting.accept(there));
		return there;
	}

	private WrappedStatement set(Consumer<Statement> setting) {
		setting.accept(this.target);
		this.settings.add(setting);
		return this;
	}

	@Override
	public Statement add() {
		this.parametersKnown = false;
		return set((statement) -> statement.add());
	}

	@Override
	public Statement bind(int index, Object value) {
		set((statement) -> statement.bind(index, value));
		this.parameters.put(index, known(value));
		return this;
	}

	/**
	 * Return the value alone, which Spring binds with its type, unless the driver is to
	 * convert it to another one.
	 */
	private static Object known(Object value) {
		if (!(value instanceof Parameter parameter)) {
			return value;
		}
		Object alone = parameter.getValue();
		if (alone == null) {
			return TextRows.NULL;
		}
		return (parameter.getType() instanceof Type.InferredType) ? alone : parameter;
	}

	@Override
	public Statement bind(String name, Object value) {
		this.parametersKnown = false;
		return set((statement) -> statement.bind(name, value));
	}

	@Override
	public Statement bindNull(int index, Class<?> type) {
		set((statement) -> statement.bindNull(index, type));
		this.parameters.put(index, TextRows.NULL);
		return this;
	}

	@Override
	public Statement bindNull(String name, Class<?> type) {
		this.parametersKnown = false;
		return set((statement) -> statement.bindNull(name, type));
	}

	@Override
	public Statement fetchSize(int rows) {
		return set((statement) -> statement.fetchSize(rows));
	}

	@Override
	public Statement returnGeneratedValues(String... columns) {
		return set((statement) -> statement.returnGeneratedValues(columns));
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

}
