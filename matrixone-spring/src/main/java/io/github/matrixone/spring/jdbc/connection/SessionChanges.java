package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SessionChange;

/**
 * What statements of an application have changed of a connection's session, so that its
 * next user finds it as it was: the current database after a {@code USE}, and the
 * variables that were set in a transaction.
 */
final class SessionChanges {

	private static final String SYSTEM_VARIABLE = "@@";

	private final Connection target;

	private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();

	private @Nullable String database;

	SessionChanges(Connection target) {
		this.target = target;
	}

	boolean isEmpty() {
		return this.variables.isEmpty() && this.database == null;
	}

	/**
	 * Keep the current database before it is changed. The driver does not follow a
	 * {@code USE} that is sent as a text. Where there was none it cannot be had again.
	 */
	void beforeChangeOfDatabase() throws SQLException {
		if (this.database == null) {
			this.database = driverDatabase();
		}
	}

	/**
	 * Have the server use the database that the driver believes to be the current one, by
	 * a text: the driver may send nothing.
	 */
	void followDriver() throws SQLException {
		String current = driverDatabase();
		if (!current.isEmpty()) {
			try (Statement statement = this.target.createStatement()) {
				statement.execute("USE " + DatabaseName.of(current).quoted());
			}
		}
	}

	/**
	 * Keep the values of variables before they are set for the first time. User variables
	 * become null again: one that was never set cannot be asked for.
	 */
	void beforeSet(SessionChange change) throws SQLException {
		List<String> names = new ArrayList<>();
		for (String variable : change.variables()) {
			if (!variable.startsWith(SYSTEM_VARIABLE)) {
				this.variables.putIfAbsent(variable, null);
			}
			else if (!this.variables.containsKey(variable)) {
				names.add(variable);
			}
		}
		if (names.isEmpty()) {
			return;
		}
		try (Statement statement = this.target.createStatement();
				ResultSet values = statement.executeQuery("SELECT " + String.join(", ", names))) {
			values.next();
			for (int i = 0; i < names.size(); i++) {
				this.variables.put(names.get(i), values.getObject(i + 1));
			}
		}
	}

	/**
	 * Take all of it back. Only to be called outside of a transaction, which a
	 * {@code SET} would end.
	 * @param used whether the current database is one that the driver does not know of
	 */
	void undo(boolean used) throws SQLException {
		undoDatabase(used);
		if (!this.variables.isEmpty()) {
			List<String> assignments = new ArrayList<>();
			this.variables.keySet().forEach((variable) -> assignments.add(variable + " = ?"));
			try (PreparedStatement statement = this.target.prepareStatement("SET " + String.join(", ", assignments))) {
				int index = 1;
				for (Object value : this.variables.values()) {
					statement.setObject(index++, value);
				}
				statement.execute();
			}
			this.variables.clear();
		}
	}

	/**
	 * Change the current database by the driver.
	 */
	void changeDatabase(DatabaseName database) throws SQLException {
		changeDatabase(database.value());
	}

	private void changeDatabase(String database) throws SQLException {
		if (StringUtils.hasText(this.target.getCatalog())) {
			this.target.setCatalog(database);
		}
		else {
			this.target.setSchema(database);
		}
	}

	private void undoDatabase(boolean used) throws SQLException {
		String before = this.database;
		this.database = null;
		if (before == null) {
			return;
		}
		if (!before.equals(driverDatabase())) {
			if (before.isEmpty()) {
				throw new SQLException("There was no current database before, which cannot be had again");
			}
			changeDatabase(before);
		}
		else if (used) {
			if (before.isEmpty()) {
				throw new SQLException("There was no current database before USE, which cannot be had again");
			}
			followDriver();
		}
	}

	private String driverDatabase() throws SQLException {
		String catalog = this.target.getCatalog();
		if (StringUtils.hasText(catalog)) {
			return catalog;
		}
		String schema = this.target.getSchema();
		return StringUtils.hasText(schema) ? schema : "";
	}

}
