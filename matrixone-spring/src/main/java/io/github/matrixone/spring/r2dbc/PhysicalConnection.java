package io.github.matrixone.spring.r2dbc;

import io.r2dbc.spi.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * A connection to the server, from the driver's handshake to its end, whoever uses it
 * meanwhile.
 */
final class PhysicalConnection {

	/** Asks the server once in the connection's life what it is. */
	static final SqlText QUERY = SqlText.of("SELECT CONNECTION_ID(), DATABASE()");

	private static final Log logger = LogFactory.getLog(PhysicalConnection.class);

	private final Connection connection;

	private final MatrixOneConnectionFactory factory;

	private volatile @Nullable Identity identity;

	private volatile @Nullable StandIn place;

	private volatile @Nullable StandIn knownPlace;

	private volatile boolean spoilt;

	/**
	 * Create what is known of a connection.
	 * @param connection the driver's connection
	 * @param factory opened it, and can open others to the same server
	 */
	PhysicalConnection(Connection connection, MatrixOneConnectionFactory factory) {
		this.connection = connection;
		this.factory = factory;
	}

	Connection connection() {
		return this.connection;
	}

	MatrixOneConnectionFactory factory() {
		return this.factory;
	}

	boolean isIdentified() {
		return this.identity != null;
	}

	/**
	 * Keep the answer to {@link #QUERY}.
	 */
	void identified(Rows answer) {
		if (!answer.isEmpty()) {
			String database = answer.values().get(0).get(1);
			this.identity = new Identity(String.valueOf(answer.values().get(0).get(0)),
					StringUtils.hasText(database) ? DatabaseName.of(database) : null);
		}
	}

	/**
	 * Return the database that it began with, or {@code null}.
	 */
	@Nullable DatabaseName database() {
		Identity identity = this.identity;
		return (identity != null) ? identity.database() : null;
	}

	/**
	 * Return the database that it is in because the flow works there that uses it, or
	 * {@code null} for its own.
	 */
	@Nullable StandIn place() {
		return this.place;
	}

	void setPlace(@Nullable StandIn place) {
		this.place = place;
		if (place != null) {
			this.knownPlace = place;
		}
	}

	/**
	 * Return one of which it is known that it is on this server, or {@code null}.
	 */
	@Nullable StandIn knownPlace() {
		return this.knownPlace;
	}

	/**
	 * Return the database that names without one belong to, unless its user has changed
	 * that, or {@code null}.
	 */
	@Nullable DatabaseName currentDatabase() {
		StandIn place = this.place;
		return (place != null) ? place.database() : database();
	}

	/**
	 * Tell the server, on another connection, to end what this one is doing.
	 */
	Mono<Void> interrupt() {
		Identity identity = this.identity;
		return (identity != null) ? this.factory.interrupt(identity.id()) : Mono.empty();
	}

	/**
	 * Take note that nobody else may use it.
	 */
	void spoil() {
		this.spoilt = true;
	}

	boolean isSpoilt() {
		return this.spoilt;
	}

	Mono<Void> close() {
		return Mono.defer(() -> Mono.from(this.connection.close()));
	}

	/**
	 * Close it at once, by which the server rolls back.
	 */
	Mono<Void> cut() {
		spoil();
		return close().onErrorResume((ex) -> {
			logger.debug("The connection was cut", ex);
			return Mono.empty();
		});
	}

	/**
	 * What the server says of it.
	 *
	 * @param id its id
	 * @param database the database that it began with, or {@code null}
	 */
	private record Identity(String id, @Nullable DatabaseName database) {
	}

}
