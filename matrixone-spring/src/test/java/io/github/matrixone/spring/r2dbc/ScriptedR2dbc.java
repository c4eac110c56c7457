package io.github.matrixone.spring.r2dbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.test.MockColumnMetadata;
import io.r2dbc.spi.test.MockRow;
import io.r2dbc.spi.test.MockRowMetadata;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.github.matrixone.spring.jdbc.ScriptedDriver;

/**
 * A driver that answers by a script and keeps what it was sent.
 */
final class ScriptedR2dbc implements ConnectionFactory {

	static final String WHO = "SELECT CONNECTION_ID(), DATABASE()";

	static final String LEVEL = "SELECT @@session.transaction_isolation";

	/**
	 * All that was sent, apart from the questions who a connection is and how it reads.
	 */
	final List<String> sent = Collections.synchronizedList(new ArrayList<>());

	final Map<String, List<Map<String, Object>>> results = new HashMap<>();

	/** How many rows statements change that do not change one. */
	final Map<String, Long> counts = new HashMap<>();

	final Map<String, R2dbcException> failures = new ConcurrentHashMap<>();

	/** Statements that go on until something is done. */
	final Map<String, Mono<Void>> delays = new ConcurrentHashMap<>();

	/** Statements that end only when their result is read, as with many rows. */
	final Set<String> unbuffered = ConcurrentHashMap.newKeySet();

	/** How long it takes after the rows until results end. */
	final Map<String, Mono<Void>> rests = new ConcurrentHashMap<>();

	/** How long it takes to close a connection. */
	volatile Mono<Void> closing = Mono.empty();

	final List<String> cancelled = Collections.synchronizedList(new ArrayList<>());

	String version = "8.0.30-MatrixOne-v4.2.0";

	int asked;

	int opened;

	int closed;

	ScriptedR2dbc() {
		this.results.put(WHO, List.of(rowOf("id", 7L, "database", "shop")));
		this.results.put(LEVEL, List.of(rowOf("level", "READ-COMMITTED")));
	}

	@Override
	public Mono<Connection> create() {
		return Mono.fromSupplier(() -> {
			this.opened++;
			return connection();
		});
	}

	@Override
	public ConnectionFactoryMetadata getMetadata() {
		return () -> "MySQL";
	}

	private Flux<Result> execute(String sql) {
		return Flux.defer(() -> {
			if (sql.equals(WHO)) {
				this.asked++;
			}
			else if (!sql.equals(LEVEL) && !sql.equals(ScriptedDriver.REFERENCED)
					&& !ScriptedDriver.LOCKS.matcher(sql).matches()) {
				this.sent.add(sql);
			}
			return this.delays.getOrDefault(sql, Mono.empty())
				.doOnCancel(() -> this.cancelled.add(sql))
				.thenMany(Flux.defer(() -> result(sql)));
		});
	}

	private Flux<Result> result(String sql) {
		Sinks.Empty<Void> read = Sinks.empty();
		if (!this.unbuffered.contains(sql)) {
			read.tryEmitEmpty();
		}
		return Flux
			.<Result>just(
					new ScriptedResult(this.results.getOrDefault(sql, List.of()), this.counts.getOrDefault(sql, 1L),
							this.failures.remove(sql), this.rests.getOrDefault(sql, Mono.empty()), read))
			.concatWith(read.asMono().then(Mono.empty()));
	}

	static Map<String, Object> rowOf(Object... namesAndValues) {
		Map<String, Object> row = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			row.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return row;
	}

	private static Row row(Map<String, Object> values) {
		MockRowMetadata.Builder metaData = MockRowMetadata.builder();
		MockRow.Builder row = MockRow.builder();
		int index = 0;
		for (Map.Entry<String, Object> value : values.entrySet()) {
			metaData.columnMetadata(MockColumnMetadata.builder().name(value.getKey()).type(R2dbcType.VARCHAR).build());
			row.identified(value.getKey(), Object.class, value.getValue())
				.identified(index++, Object.class, value.getValue());
			if (value.getValue() instanceof Boolean) {
				row.identified(value.getKey(), Boolean.class, value.getValue());
			}
		}
		return row.metadata(metaData.build()).build();
	}

	private Connection connection() {
		AtomicBoolean closed = new AtomicBoolean();
		InvocationHandler handler = (proxy, method, args) -> switch (method.getName()) {
			case "createStatement" -> new ScriptedStatement((String) args[0], closed);
			case "close" -> Mono.defer(() -> this.closing).then(Mono.fromRunnable(() -> {
				closed.set(true);
				this.closed++;
			}));
			case "validate" -> Mono.fromSupplier(() -> !closed.get());
			case "getMetadata" -> metadata();
			case "hashCode" -> System.identityHashCode(proxy);
			case "equals" -> proxy == args[0];
			case "toString" -> "scripted";
			default -> throw new UnsupportedOperationException(method.getName());
		};
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				handler);
	}

	private ConnectionMetadata metadata() {
		return new ConnectionMetadata() {

			@Override
			public String getDatabaseProductName() {
				return "MySQL";
			}

			@Override
			public String getDatabaseVersion() {
				return ScriptedR2dbc.this.version;
			}

		};
	}

	private final class ScriptedStatement implements Statement {

		private final String sql;

		private final AtomicBoolean closed;

		private ScriptedStatement(String sql, AtomicBoolean closed) {
			this.sql = sql;
			this.closed = closed;
		}

		@Override
		public Flux<Result> execute() {
			return this.closed.get() ? Flux.error(new R2dbcNonTransientResourceException("closed"))
					: ScriptedR2dbc.this.execute(this.sql);
		}

		@Override
		public Statement add() {
			return this;
		}

		@Override
		public Statement bind(int index, Object value) {
			return this;
		}

		@Override
		public Statement bind(String name, Object value) {
			return this;
		}

		@Override
		public Statement bindNull(int index, Class<?> type) {
			return this;
		}

		@Override
		public Statement bindNull(String name, Class<?> type) {
			return this;
		}

	}

	/**
	 * A result that makes of errors of the server what MySQL's driver makes of them: with
	 * {@code onErrorContinue} they are dropped.
	 */
	private record ScriptedResult(List<Map<String, Object>> rows, long count, R2dbcException failure, Mono<Void> rest,
			Sinks.Empty<Void> read) implements Result {

		@Override
		public Mono<Long> getRowsUpdated() {
			return this.<Long, Long>read((this.failure != null) ? List.of() : List.of(this.count), Function.identity())
				.singleOrEmpty();
		}

		@Override
		public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
			return read(this.rows, (row) -> mapper.apply(row(row), row(row).getMetadata()));
		}

		@Override
		public <T> Flux<T> map(Function<? super Readable, ? extends T> mapper) {
			return read(this.rows, (row) -> mapper.apply(row(row)));
		}

		@Override
		public Result filter(Predicate<Segment> filter) {
			throw new UnsupportedOperationException();
		}

		@Override
		public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
			Flux<Segment> rows = Flux.fromIterable(this.rows).map((row) -> (RowSegment) () -> row(row));
			Segment last = (this.failure != null) ? new ScriptedMessage(this.failure) : (UpdateCount) () -> this.count;
			return rows.concatWith(this.rest.then(Mono.just(last)))
				.<T>concatMap(mapper)
				.doFinally((signal) -> this.read.tryEmitEmpty());
		}

		@SuppressWarnings("unchecked")
		private <S, T> Flux<T> read(List<S> values, Function<S, ? extends T> mapper) {
			Flux<Object> segments = Flux.<Object>fromIterable(values).concatWith(this.rest.then(Mono.empty()));
			if (this.failure != null) {
				segments = segments.concatWith(Mono.just(new ScriptedMessage(this.failure)));
			}
			return segments.<T>handle((segment, sink) -> {
				if (segment instanceof Message message) {
					sink.error(message.exception());
				}
				else {
					sink.next(mapper.apply((S) segment));
				}
			}).doFinally((signal) -> this.read.tryEmitEmpty());
		}

	}

	private record ScriptedMessage(R2dbcException exception) implements Result.Message {

		@Override
		public int errorCode() {
			return this.exception.getErrorCode();
		}

		@Override
		public String sqlState() {
			return this.exception.getSqlState();
		}

		@Override
		public String message() {
			return this.exception.getMessage();
		}

	}

}
