package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.SQLException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * The template on a server that all contexts have whose tables are made from the same.
 * The first one makes it; others that need it meanwhile wait.
 */
final class SharedTemplate {

	private static final Log logger = LogFactory.getLog(SharedTemplate.class);

	private static final String FIND = "SELECT name FROM matrixone_sandbox.template WHERE state = ? AND origin = ?";

	private static final String KEEP = """
			INSERT INTO matrixone_sandbox.template (state, origin, name, used) VALUES (?, ?, ?, now())""";

	private static final String USE = """
			UPDATE matrixone_sandbox.template SET used = now() WHERE state = ? AND origin = ?""";

	private static final String FORGET = "DELETE FROM matrixone_sandbox.template WHERE state = ? AND origin = ?";

	private final SandboxRun run;

	private final JdbcTemplate jdbc;

	private final CloneOperations clones;

	private final String origin;

	private final String state;

	private @Nullable HeldLock making;

	SharedTemplate(SandboxRun run, JdbcTemplate jdbc, CloneOperations clones, String origin, String state) {
		this.run = run;
		this.jdbc = jdbc;
		this.clones = clones;
		this.origin = origin;
		this.state = state;
	}

	/**
	 * Clone the template, or begin to make it.
	 * @param base the database to make
	 * @return whether there is one. If not, {@link #makeOf} or {@link #giveUp} must
	 * follow: others wait for it.
	 */
	boolean cloneTo(DatabaseName base) throws SQLException {
		this.making = this.run.lock(this.state);
		boolean done = false;
		try {
			List<String> found = this.jdbc.queryForList(FIND, String.class, this.state, this.origin);
			boolean cloned = !found.isEmpty() && cloneTo(base, DatabaseName.of(found.get(0)));
			done = true;
			if (cloned) {
				giveUp();
			}
			return cloned;
		}
		finally {
			if (!done) {
				giveUp();
			}
		}
	}

	/**
	 * Make the template, unless it was there.
	 * @param base what it is to be a clone of
	 */
	void makeOf(DatabaseName base) {
		if (this.making == null) {
			return;
		}
		try {
			DatabaseName template = this.run.newName(this.origin, "template");
			this.clones.cloneDatabase(base, template);
			this.jdbc.update(KEEP, this.state, this.origin, template.value());
			logger.info("Made the template " + template + " for sandboxes");
		}
		finally {
			giveUp();
		}
	}

	/**
	 * Let others make it that wait for it.
	 */
	void giveUp() {
		HeldLock lock = this.making;
		this.making = null;
		try {
			if (lock != null) {
				lock.close();
			}
		}
		catch (SQLException ex) {
			logger.debug("The connection that held the lock of a template is broken", ex);
		}
	}

	private boolean cloneTo(DatabaseName base, DatabaseName template) {
		try {
			this.clones.cloneDatabase(template, base);
			this.jdbc.update(USE, this.state, this.origin);
			return true;
		}
		catch (DatabaseNotFoundException ex) {
			logger.debug("The template " + template + " was dropped", ex);
			this.jdbc.update(FORGET, this.state, this.origin);
			return false;
		}
	}

}
