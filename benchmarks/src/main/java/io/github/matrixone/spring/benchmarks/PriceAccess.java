package io.github.matrixone.spring.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One connection of the driver that does nothing, kept for a whole measurement as a pool
 * keeps it, and what is done on it.
 */
@State(Scope.Thread)
public class PriceAccess {

	private static final String UPDATE = "UPDATE account SET balance = balance + 1 WHERE id = ?";

	private static final String INSERT = "INSERT INTO booking VALUES (?)";

	private static final String WIDE_INSERT = "INSERT INTO booking VALUES ("
			+ String.join(", ", Collections.nCopies(11, "?")) + ')';

	private static final String SELECT = "SELECT balance, owner FROM account WHERE id >= ?";

	/**
	 * What stands before the driver.
	 */
	@Param
	@SuppressWarnings("NullAway.Init")
	public PriceWrapper wrapper;

	/**
	 * Whether autocommit is off, and each operation ends with a commit.
	 */
	@Param({ "false", "true" })
	public boolean transaction;

	private final StubDriver driver = new StubDriver();

	@SuppressWarnings("NullAway.Init")
	private Connection connection;

	private long value;

	private long statements;

	private long parameters;

	private long parameterSum;

	private long entries;

	private long rows;

	private long columns;

	private long commits;

	@Setup
	public void setUp() throws SQLException {
		this.connection = this.wrapper.wrap(this.driver.dataSource()).getConnection();
		this.connection.setAutoCommit(!this.transaction);
	}

	/**
	 * Compare what has reached the driver with what was asked for.
	 */
	@TearDown
	public void check() {
		List<Long> asked = List.of(this.statements, this.parameters, this.parameterSum, this.entries, this.rows,
				this.columns, this.commits);
		List<Long> reached = List.of(this.driver.statements(), this.driver.parameters(), this.driver.parameterSum(),
				this.driver.entries(), this.driver.rowsRead(), this.driver.columnsRead(), this.driver.commits());
		if (!asked.equals(reached)) {
			throw new IllegalStateException("Asked for were " + asked + " statements, parameters, their sum, entries, "
					+ "rows, columns and commits, but the driver has seen " + reached);
		}
	}

	void plain() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			this.statements += statement.executeUpdate("UPDATE account SET balance = 0 WHERE id = 1");
		}
		commit(true);
	}

	void update(int times) throws SQLException {
		for (int i = 0; i < times; i++) {
			try (PreparedStatement statement = this.connection.prepareStatement(UPDATE)) {
				bind(statement, 1);
				this.statements += statement.executeUpdate();
			}
		}
		commit(true);
	}

	void insert(int columns) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement((columns > 1) ? WIDE_INSERT : INSERT)) {
			for (int i = 1; i <= columns; i++) {
				bind(statement, i);
			}
			this.statements += statement.executeUpdate();
		}
		commit(true);
	}

	void query(int size, boolean text, Blackhole blackhole) throws SQLException {
		this.driver.setSize(size);
		try (PreparedStatement statement = this.connection.prepareStatement(SELECT)) {
			bind(statement, 1);
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					blackhole.consume(result.getLong(1));
					if (text) {
						blackhole.consume(result.getString(2));
					}
				}
			}
		}
		this.statements++;
		this.rows += size;
		this.columns += text ? 2L * size : size;
		commit(this.wrapper != PriceWrapper.STARTER);
	}

	int[] batch(int size) throws SQLException {
		int[] counts;
		try (PreparedStatement statement = this.connection.prepareStatement(INSERT)) {
			for (int i = 0; i < size; i++) {
				bind(statement, 1);
				statement.addBatch();
			}
			counts = statement.executeBatch();
		}
		this.statements++;
		this.entries += counts.length;
		commit(true);
		return counts;
	}

	/**
	 * Values that do not fit into a cache of boxed ones, as keys do not.
	 */
	private void bind(PreparedStatement statement, int index) throws SQLException {
		statement.setLong(index, 1_000_000 + ++this.value);
		this.parameters++;
		this.parameterSum += 1_000_000 + this.value;
	}

	private void commit(boolean sent) throws SQLException {
		if (this.transaction) {
			this.connection.commit();
			this.commits += sent ? 1 : 0;
		}
	}

}
