package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.ThrowingConsumer;

import io.github.matrixone.spring.contract.wire.WireApplications.WireApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A transaction is all or nothing: whatever an application reaches the database with,
 * however it sends its statements, whichever pool it has, and however the transaction
 * ends. Nothing is committed before the end, no write arrives outside of the transaction,
 * and the next user of the connection finds it clean.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class TransactionPromiseTests {

	private static final String NEXT = "INSERT INTO item (id) VALUES (99)";

	/**
	 * What is left out, and why.
	 */
	private static final Map<Set<Enum<?>>, String> LEFT_OUT = leftOut();

	private final WireApplications applications = new WireApplications();

	@AfterAll
	void closeApplications() {
		this.applications.close();
	}

	@ParameterizedTest(name = "{0} {1} {2} {3}")
	@MethodSource("promises")
	void isAllOrNothing(Pool pool, Access access, Way way, Ending ending) throws Exception {
		this.applications.run(pool, (server) -> PoolApplication.start(server, pool, Map.of()), (application) -> {
			Unit unit = new Unit(application, access, way, pool);
			switch (ending) {
				case COMMIT -> commits(unit);
				case ROLLBACK -> rollsBack(unit);
				case DEADLOCK -> losesADeadlock(unit, false);
				case DEADLOCK_CAUGHT -> losesADeadlock(unit, true);
				case CUT -> isCut(unit);
			}
		});
	}

	/**
	 * A procedure would run outside of the transaction.
	 */
	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("accesses")
	void refusesAProcedure(Pool pool, Access access) throws Exception {
		this.applications.run(pool, (server) -> PoolApplication.start(server, pool, Map.of()), (application) -> {
			Unit unit = new Unit(application, access, Way.CALLABLE, pool);
			for (boolean commit : new boolean[] { true, false }) {
				assertThat(unit.carryOut(commit, false)).isFalse();
				assertThat(unit.failure).hasStackTraceContaining("CALL is refused in a transaction");
				assertThat(unit.server.sql()).noneMatch((sql) -> sql.toUpperCase(Locale.ROOT).contains("CALL"));
				assertThat(unit.server.committed()).isEmpty();
				unit.assertClean();
			}
		});
	}

	static Stream<Arguments> accesses() {
		return promises().map((promise) -> List.of(promise.get()).subList(0, 2))
			.distinct()
			.map((access) -> Arguments.of(access.toArray()));
	}

	static Stream<Arguments> promises() {
		List<Arguments> promises = new ArrayList<>();
		for (Pool pool : Pool.values()) {
			for (Access access : Access.values()) {
				for (Way way : Way.values()) {
					for (Ending ending : Ending.values()) {
						Set<Enum<?>> promise = Set.of(pool, access, way, ending);
						if (LEFT_OUT.keySet().stream().noneMatch(promise::containsAll)) {
							promises.add(Arguments.of(pool, access, way, ending));
						}
					}
				}
			}
		}
		return promises.stream();
	}

	private static Map<Set<Enum<?>>, String> leftOut() {
		Map<Set<Enum<?>>, String> leftOut = new HashMap<>();
		leftOut.put(Set.of(Access.JPA, Way.STATEMENT), "Hibernate prepares all statements");
		leftOut.put(Set.of(Access.JPA, Pool.ONE_CONNECTION),
				"JPA ends its transactions on the connection, where it does nothing");
		leftOut.put(Set.of(Access.MYBATIS, Way.STREAMING, Pool.ONE_CONNECTION),
				"a cursor of MyBatis needs a transaction of Spring's");
		leftOut.put(Set.of(Way.CALLABLE), "a procedure is refused, see refusesAProcedure");
		leftOut.put(Set.of(Way.SEVERAL, Pool.DRUID_WITH_FIREWALL), "the firewall lets one statement of a text pass");
		for (Pool pool : Pool.values()) {
			for (Access access : Access.values()) {
				for (Way way : Way.values()) {
					if (!isTriedWithCuts(pool, access, way)) {
						leftOut.put(Set.of(Ending.CUT, pool, access, way), "a cut is the same for each way of sending");
					}
				}
			}
		}
		return leftOut;
	}

	/**
	 * Each cut costs a new connection.
	 */
	private static boolean isTriedWithCuts(Pool pool, Access access, Way way) {
		if (pool == Pool.HIKARI && access == Access.JDBC_TEMPLATE) {
			return true;
		}
		return (pool == Pool.HIKARI || access == Access.JDBC_TEMPLATE || access == Access.JPA)
				&& (way == Way.PREPARED || way == Way.BATCH);
	}

	private static void commits(Unit unit) throws Exception {
		unit.assertCarriedOut(true);
		assertThat(unit.server.committed()).isEqualTo(unit.writes()).isNotEmpty();
		unit.assertClean();
	}

	private static void rollsBack(Unit unit) throws Exception {
		unit.assertCarriedOut(false);
		assertThat(unit.server.committed()).isEmpty();
		unit.assertClean();
	}

	/**
	 * Before the transaction has begun there is nothing to lose: who catches the error of
	 * a read and goes on gets all that he writes.
	 */
	private static void losesADeadlock(Unit unit, boolean caught) throws Exception {
		List<Target> targets = unit.targets();
		List<String> all = unit.writes();
		int begin = targets.stream().map(Target::sql).toList().indexOf("BEGIN");
		for (int i = 0; i < targets.size(); i++) {
			Target target = targets.get(i);
			boolean lost = i > begin || !caught;
			if (isStatementOfTheUnit(target.sql())) {
				unit.server.reset();
				target.passUntil(unit.server);
				unit.server.failOnce(target.sql(), 20701);
				assertThat(unit.carryOut(true, caught)).as("committed after a deadlock at " + target)
					.isNotEqualTo(lost);
				assertThat(unit.server.committed()).as("after a deadlock at " + target)
					.isEqualTo(lost ? List.of() : all);
				unit.assertClean();
			}
		}
	}

	/**
	 * Who is told that all went well finds all of it. Who is told of an error finds
	 * nothing, unless the answer to the COMMIT has got lost.
	 */
	private static void isCut(Unit unit) throws Exception {
		List<Target> targets = unit.targets();
		List<String> all = unit.writes();
		int commit = targets.stream().map(Target::sql).toList().lastIndexOf("COMMIT");
		for (int i = 0; i < targets.size(); i++) {
			Target target = targets.get(i);
			for (boolean after : List.of(false, true)) {
				if (after && i != commit && !Unit.isWrite(target.sql())) {
					continue;
				}
				unit.server.reset();
				target.passUntil(unit.server);
				if (after) {
					unit.server.cutAfter(target.sql());
				}
				else {
					unit.server.cutBefore(target.sql());
				}
				boolean carriedOut = unit.carryOut(true, false);
				assertThat(unit.server.committed()).as("after a cut " + (after ? "after " : "before ") + target)
					.isEqualTo((carriedOut || i > commit || i == commit && after) ? all : List.of());
				unit.assertClean();
			}
		}
	}

	private static boolean isStatementOfTheUnit(String sql) {
		return sql.matches("(?is)(insert|update|delete|select|call|\\{call).*\\b(item|change)\\b.*")
				&& !sql.contains("INFORMATION_SCHEMA") && !sql.contains("mo_catalog");
	}

	/**
	 * A unit of work: twice, what is sent in the given way and a row.
	 */
	private static final class Unit {

		private final WireApplication application;

		private final WireServer server;

		private final Access access;

		private final Way way;

		private final boolean oneConnection;

		private final boolean withoutAutocommit;

		private @Nullable Exception failure;

		Unit(WireApplication application, Access access, Way way, Pool pool) {
			this.application = application;
			this.server = application.server();
			this.access = access;
			this.way = way;
			this.oneConnection = pool == Pool.ONE_CONNECTION;
			this.withoutAutocommit = pool == Pool.HIKARI_WITHOUT_AUTOCOMMIT;
		}

		/**
		 * Carry the unit out.
		 * @param commit whether to ask for the commit at the end, else for the rollback
		 * @param caught whether to go on after an error
		 * @return whether no error has reached the caller
		 */
		boolean carryOut(boolean commit, boolean caught) throws Exception {
			ThrowingConsumer<Steps> unit = (steps) -> {
				for (int i = 1; i <= 3; i += 2) {
					long id = i;
					step(caught, () -> steps.send(this.way, id));
					step(caught, () -> steps.write(id + 1));
				}
				assertThat(this.server.committed()).as("committed before the end").isEmpty();
			};
			try {
				if (this.oneConnection) {
					this.access.onOneConnection(this.application.context(), commit, unit);
				}
				else {
					this.access.inTransaction(this.application.context(), commit, unit);
				}
				return true;
			}
			catch (Exception ex) {
				this.failure = ex;
				return false;
			}
			finally {
				assertThat(this.server.statements()).filteredOn((sent) -> isWrite(sent.sql()))
					.as("writes")
					.allMatch(WireStatement::isInTransaction);
			}
		}

		private static void step(boolean caught, Step step) throws Exception {
			try {
				step.run();
			}
			catch (Exception ex) {
				if (!caught) {
					throw ex;
				}
			}
		}

		void assertCarriedOut(boolean commit) throws Exception {
			boolean carriedOut = carryOut(commit, false);
			assertThat(this.failure).as("failure").isNull();
			assertThat(carriedOut).isTrue();
		}

		/**
		 * Return what the unit sends if all is well, in its order.
		 */
		List<Target> targets() throws Exception {
			assertCarriedOut(true);
			List<String> sent = this.server.sql();
			List<Target> targets = new ArrayList<>();
			for (int i = 0; i < sent.size(); i++) {
				targets.add(new Target(sent.get(i), Collections.frequency(sent.subList(0, i), sent.get(i))));
			}
			return targets;
		}

		List<String> writes() {
			return this.server.sql().stream().filter(Unit::isWrite).toList();
		}

		/**
		 * The next users of the pool find a connection that is clean, with a transaction
		 * and without one.
		 */
		void assertClean() {
			assertThat(this.server.leftTransactions()).as("transactions that are left").isEmpty();
			DataSource dataSource = this.application.bean(DataSource.class);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			this.server.reset();
			List<String> next = new ArrayList<>();
			if (!this.withoutAutocommit) {
				jdbc.update(NEXT);
				next.add(NEXT);
			}
			new TransactionTemplate(new JdbcTransactionManager(dataSource))
				.executeWithoutResult((status) -> jdbc.update(NEXT));
			next.add(NEXT);
			assertThat(this.server.committed()).as("the next users").isEqualTo(next);
			assertThat(this.server.statements()).filteredOn((sent) -> sent.sql().equals(NEXT))
				.extracting(WireStatement::database)
				.containsOnly("shop");
			assertThat(this.server.leftTransactions()).as("transactions of the next users").isEmpty();
			this.server.reset();
		}

		private static boolean isWrite(String sql) {
			return sql.matches("(?is)(insert|update|delete|call|\\{call).*");
		}

		private interface Step {

			void run() throws Exception;

		}

	}

	/**
	 * A statement that the unit sends.
	 *
	 * @param sql its text
	 * @param before how many of the same text are sent before it
	 */
	private record Target(String sql, int before) {

		void passUntil(WireServer server) {
			for (int i = 0; i < this.before; i++) {
				server.passOnce(this.sql);
			}
		}

		@Override
		public String toString() {
			return this.sql + ((this.before > 0) ? " (number " + (this.before + 1) + ")" : "");
		}

	}

}
