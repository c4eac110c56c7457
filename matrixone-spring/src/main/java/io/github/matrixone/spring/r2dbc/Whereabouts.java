package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * The database that a connection is in while one borrower has it: its own, or that in
 * which the flow works that uses it. Changes between statements, within their turns.
 */
final class Whereabouts {

	private final PhysicalConnection connection;

	private final TransactionState state;

	private final Function<SqlText, Mono<Rows>> sender;

	/** Whether the connection is where {@link PhysicalConnection#place()} says. */
	private volatile boolean certain = true;

	/**
	 * Create the whereabouts of a connection.
	 * @param connection the connection
	 * @param state what is known of its transaction
	 * @param sender sends statements past all rules
	 */
	Whereabouts(PhysicalConnection connection, TransactionState state, Function<SqlText, Mono<Rows>> sender) {
		this.connection = connection;
		this.state = state;
		this.sender = sender;
	}

	/**
	 * Be in the database that a flow works in, or back in the connection's own.
	 * @param place where the flow works, or {@code null} for nowhere else
	 */
	Mono<Void> follow(@Nullable StandIn place) {
		return Mono.fromCallable(() -> step(place)).flatMap(Function.identity());
	}

	private Mono<Void> step(@Nullable StandIn place) throws SQLException {
		StandIn next = next(place);
		if (this.certain && Objects.equals(next, this.connection.place())) {
			return Mono.empty();
		}
		if (this.state.isBegun()) {
			throw StandIn.connectionRefused();
		}
		DatabaseName used = (next == null && this.state.hasLeftInitialDatabase()) ? this.state.currentDatabase() : null;
		if (used != null) {
			return use(used).then(Mono.fromRunnable(() -> this.certain = true));
		}
		return (next != null) ? requireThere(next).then(move(next)) : move(null);
	}

	/**
	 * Refuse what a flow must not send where it works.
	 * @param place where it works
	 * @param statements what the texts do
	 * @param texts the texts
	 */
	void check(StandIn place, List<SqlStatement> statements, List<String> texts) throws StatementRefusedException {
		place.check(statements, this.connection.place() != null);
		for (String text : texts) {
			place.requireWithin(text, true);
		}
	}

	/**
	 * Take note of what is about to be sent. After a restore of a view the session goes
	 * on in the database of that view, though it still names its own (v4.2.0, also on
	 * main of 2026-08-22, no issue known).
	 */
	void sending(List<SqlStatement> statements) {
		if (statements.stream().anyMatch((statement) -> statement.kind() == SqlStatement.Kind.RESTORE)) {
			this.certain = false;
		}
	}

	/**
	 * Leave the connection in its own database.
	 */
	Mono<Void> leave() {
		return Mono
			.defer(() -> (this.certain && this.connection.place() == null && !this.state.hasLeftInitialDatabase())
					? Mono.empty() : move(null));
	}

	/**
	 * Return where the connection is to be, or {@code null} for its own database.
	 */
	private @Nullable StandIn next(@Nullable StandIn place) throws SQLException {
		if (place == null) {
			return null;
		}
		if (this.state.hasLeftInitialDatabase()) {
			DatabaseName used = this.state.currentDatabase();
			if (place.past() != null || used == null || used.equals(place.original())) {
				throw StandIn.connectionRefused();
			}
			return null;
		}
		DatabaseName own = this.connection.database();
		if (place.original().equals(own)) {
			return place;
		}
		if (place.past() != null) {
			throw place.refused("A connection in the database " + own);
		}
		return null;
	}

	private Mono<Void> requireThere(StandIn next) {
		if (next.equals(this.connection.knownPlace())) {
			return Mono.empty();
		}
		return this.sender.apply(next.lookUp())
			.onErrorMap(SQLException.class, next::notThere)
			.flatMap((rows) -> rows.isEmpty() ? Mono.error(() -> next.notThere(null)) : Mono.empty());
	}

	private Mono<Void> move(@Nullable StandIn next) {
		DatabaseName database = (next != null) ? next.database() : this.connection.database();
		if (database == null) {
			return Mono.empty();
		}
		return Mono.defer(() -> {
			this.certain = false;
			return use(database);
		}).then(Mono.fromRunnable(() -> {
			this.connection.setPlace(next);
			this.certain = true;
		}));
	}

	private Mono<Rows> use(DatabaseName database) {
		return this.sender.apply(SqlText.of("USE " + database.quoted()));
	}

}
