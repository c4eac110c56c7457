package io.github.matrixone.spring.contract.wire;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.ParameterMode;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.hibernate.jpa.HibernateHints;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.jdbc.core.CallableStatementCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.ThrowingConsumer;
import org.springframework.util.function.ThrowingSupplier;

/**
 * What applications reach the database with, and how they begin and end transactions.
 */
enum Access {

	JDBC_TEMPLATE {

		@Override
		Steps steps(BeanFactory application) {
			return new JdbcTemplateSteps(application.getBean(DataSource.class));
		}

		@Override
		void inTransaction(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) {
			managed(new JdbcTransactionManager(application.getBean(DataSource.class)), steps(application), commit,
					unit);
		}

	},

	JPA {

		@Override
		Steps steps(BeanFactory application) {
			return new JpaSteps(SharedEntityManagerCreator
				.createSharedEntityManager(application.getBean(EntityManagerFactory.class)));
		}

		@Override
		void inTransaction(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) {
			managed(application.getBean(JpaTransactionManager.class), steps(application), commit, unit);
		}

	},

	MYBATIS {

		@Override
		Steps steps(BeanFactory application) {
			return new MyBatisSteps(application.getBean(SqlSessionFactory.class));
		}

		@Override
		void inTransaction(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) {
			managed(new JdbcTransactionManager(application.getBean(DataSource.class)), steps(application), commit,
					unit);
		}

	},

	/**
	 * The interfaces of {@code java.sql} and no more.
	 */
	JDBC {

		@Override
		Steps steps(BeanFactory application) {
			return new JdbcSteps(application.getBean(DataSource.class)::getConnection, true);
		}

		@Override
		void inTransaction(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) throws Exception {
			try (Connection connection = application.getBean(DataSource.class).getConnection()) {
				connection.setAutoCommit(false);
				try {
					carryOut(connection, commit, unit);
				}
				finally {
					// Not all pools do.
					connection.setAutoCommit(true);
				}
			}
		}

		private void carryOut(Connection connection, boolean commit, ThrowingConsumer<Steps> unit) throws SQLException {
			boolean done = false;
			try {
				unit.accept(new JdbcSteps(() -> connection, false));
				done = true;
			}
			finally {
				if (!done || !commit) {
					connection.rollback();
				}
			}
			if (commit) {
				connection.commit();
			}
		}

	};

	abstract Steps steps(BeanFactory application);

	/**
	 * Carry out a unit of work in a transaction.
	 * @param commit whether the unit asks for the commit, else for the rollback
	 * @throws Exception if the unit or the commit has failed
	 */
	abstract void inTransaction(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) throws Exception;

	/**
	 * Carry out a unit of work, as all that is reached with a data source of one
	 * connection until its owner ends it.
	 */
	void onOneConnection(BeanFactory application, boolean commit, ThrowingConsumer<Steps> unit) throws Exception {
		OneConnectionDataSource dataSource = application.getBean(OneConnectionDataSource.class);
		dataSource.begin();
		boolean done = false;
		try {
			unit.accept(steps(application));
			done = true;
		}
		finally {
			dataSource.end(done && commit);
		}
	}

	static void managed(PlatformTransactionManager manager, Steps steps, boolean commit, ThrowingConsumer<Steps> unit) {
		new TransactionTemplate(manager).executeWithoutResult((status) -> {
			unit.accept(steps);
			if (!commit) {
				status.setRollbackOnly();
			}
		});
	}

	private static List<Long> batch(long id) {
		return LongStream.rangeClosed(1, 3).mapToObj((row) -> id * 10 + row).toList();
	}

	private static final class JdbcTemplateSteps implements Steps {

		private final JdbcTemplate jdbc;

		private final JdbcTemplate streaming;

		JdbcTemplateSteps(DataSource dataSource) {
			this.jdbc = new JdbcTemplate(dataSource);
			this.streaming = new JdbcTemplate(dataSource);
			this.streaming.setFetchSize(Integer.MIN_VALUE);
		}

		@Override
		public void write(long id) {
			this.jdbc.update("INSERT INTO item (id) VALUES (?)", id);
		}

		@Override
		public void send(Way way, long id) {
			switch (way) {
				case STATEMENT -> this.jdbc.update("UPDATE item SET q = 1 WHERE id = " + id);
				case PREPARED -> this.jdbc.update("UPDATE item SET q = 1 WHERE id = ?", id);
				case BATCH -> this.jdbc.batchUpdate("INSERT INTO item (id) VALUES (?)",
						batch(id).stream().map((row) -> new Object[] { row }).toList());
				case STREAMING -> this.streaming.query("SELECT id FROM item WHERE id > " + id, (row) -> {
				});
				case CALLABLE ->
					this.jdbc.execute("{call change(" + id + ")}", (CallableStatementCallback<Boolean>) (call) -> {
						call.execute();
						return true;
					});
				case SEVERAL -> this.jdbc
					.execute("UPDATE item SET q = 1 WHERE id = " + id + "; UPDATE item SET q = 2 WHERE id = " + id);
			}
		}

	}

	private static final class JpaSteps implements Steps {

		private final EntityManager entityManager;

		JpaSteps(EntityManager entityManager) {
			this.entityManager = entityManager;
		}

		@Override
		public void write(long id) {
			this.entityManager.persist(new WireItem(id));
			this.entityManager.flush();
		}

		@Override
		public void send(Way way, long id) {
			switch (way) {
				case PREPARED -> this.entityManager.createQuery("delete from WireItem where id = :id")
					.setParameter("id", id)
					.executeUpdate();
				case BATCH -> {
					batch(id).forEach((row) -> this.entityManager.persist(new WireItem(row)));
					this.entityManager.flush();
				}
				case STREAMING -> {
					try (Stream<Long> ids = this.entityManager
						.createQuery("select id from WireItem where id > :id", Long.class)
						.setParameter("id", id)
						.setHint(HibernateHints.HINT_FETCH_SIZE, Integer.MIN_VALUE)
						.getResultStream()) {
						ids.forEach((row) -> {
						});
					}
				}
				case CALLABLE -> this.entityManager.createStoredProcedureQuery("change")
					.registerStoredProcedureParameter(1, Long.class, ParameterMode.IN)
					.setParameter(1, id)
					.execute();
				case SEVERAL -> this.entityManager
					.createNativeQuery(
							"UPDATE item SET q = 1 WHERE id = " + id + "; UPDATE item SET q = 2 WHERE id = " + id)
					.executeUpdate();
				default -> throw new IllegalArgumentException(way.name());
			}
		}

	}

	private static final class MyBatisSteps implements Steps {

		private final WireItemMapper mapper;

		private final SqlSessionFactory sessions;

		MyBatisSteps(SqlSessionFactory sessions) {
			if (!sessions.getConfiguration().hasMapper(WireItemMapper.class)) {
				sessions.getConfiguration().addMapper(WireItemMapper.class);
			}
			this.mapper = new SqlSessionTemplate(sessions).getMapper(WireItemMapper.class);
			this.sessions = sessions;
		}

		@Override
		public void write(long id) {
			this.mapper.insert(id);
		}

		@Override
		public void send(Way way, long id) throws Exception {
			switch (way) {
				case STATEMENT -> this.mapper.updateByText(id);
				case PREPARED -> this.mapper.update(id);
				case BATCH -> {
					try (SqlSession session = this.sessions.openSession(ExecutorType.BATCH)) {
						batch(id).forEach(session.getMapper(WireItemMapper.class)::insert);
						session.commit();
					}
				}
				case STREAMING -> {
					try (Cursor<Long> ids = this.mapper.stream(id)) {
						ids.forEach((row) -> {
						});
					}
				}
				case CALLABLE -> this.mapper.call(id);
				case SEVERAL -> this.mapper.updateTwice(id);
			}
		}

	}

	private static final class JdbcSteps implements Steps {

		private final ThrowingSupplier<Connection> connections;

		private final boolean close;

		JdbcSteps(ThrowingSupplier<Connection> connections, boolean close) {
			this.connections = connections;
			this.close = close;
		}

		@Override
		public void write(long id) throws SQLException {
			withConnection((connection) -> {
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("INSERT INTO item (id) VALUES (" + id + ")");
				}
			});
		}

		@Override
		public void send(Way way, long id) throws Exception {
			withConnection((connection) -> {
				switch (way) {
					case STATEMENT -> execute(connection, "UPDATE item SET q = 1 WHERE id = " + id);
					case PREPARED -> {
						try (PreparedStatement update = connection
							.prepareStatement("UPDATE item SET q = 1 WHERE id = ?")) {
							update.setLong(1, id);
							update.executeUpdate();
						}
					}
					case BATCH -> {
						try (Statement batch = connection.createStatement()) {
							for (long row : batch(id)) {
								batch.addBatch("INSERT INTO item (id) VALUES (" + row + ")");
							}
							batch.executeBatch();
						}
					}
					case STREAMING -> {
						try (PreparedStatement query = connection
							.prepareStatement("SELECT id FROM item WHERE id > ?")) {
							query.setFetchSize(Integer.MIN_VALUE);
							query.setLong(1, id);
							try (ResultSet rows = query.executeQuery()) {
								while (rows.next()) {
									rows.getLong(1);
								}
							}
						}
					}
					case CALLABLE -> {
						try (CallableStatement call = connection.prepareCall("{call change(?)}")) {
							call.setLong(1, id);
							call.execute();
						}
					}
					case SEVERAL -> execute(connection,
							"UPDATE item SET q = 1 WHERE id = " + id + "; UPDATE item SET q = 2 WHERE id = " + id);
				}
			});
		}

		private void withConnection(SqlWork work) throws SQLException {
			Connection connection = this.connections.get();
			try {
				work.accept(connection);
			}
			finally {
				if (this.close) {
					connection.close();
				}
			}
		}

		private static void execute(Connection connection, String sql) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.execute(sql);
			}
		}

		private interface SqlWork {

			void accept(Connection connection) throws SQLException;

		}

	}

}
