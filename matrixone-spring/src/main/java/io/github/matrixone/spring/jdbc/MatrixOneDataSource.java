package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.Assert;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * {@link DelegatingDataSource} whose connections to a MatrixOne are
 * {@link MatrixOneConnection}s, as {@link MatrixOneConnections} describes them. Belongs
 * between a pool and the driver's data source:
 *
 * <pre class="code">
 * MysqlDataSource mysql = new MysqlDataSource();
 * mysql.setUrl("jdbc:mysql://127.0.0.1:6001/shop");
 * HikariConfig pool = new HikariConfig();
 * pool.setDataSource(new MatrixOneDataSource(mysql));
 * </pre>
 *
 * Thread-safe once configured.
 *
 * @since 0.1
 * @see MatrixOneDriver
 */
public class MatrixOneDataSource extends DelegatingDataSource {

	private final MatrixOneConnections connections;

	private InitialStatements initialStatements = List::of;

	/**
	 * Create a data source with the default settings.
	 * @param targetDataSource the driver's data source
	 */
	public MatrixOneDataSource(DataSource targetDataSource) {
		this(targetDataSource, new MatrixOneConnections());
	}

	/**
	 * Create a data source.
	 * @param targetDataSource the driver's data source
	 * @param connections makes its connections those of MatrixOne
	 */
	public MatrixOneDataSource(DataSource targetDataSource, MatrixOneConnections connections) {
		super(targetDataSource);
		Assert.notNull(connections, "The connections must not be null");
		this.connections = connections;
	}

	/**
	 * Set what the pool sends on each new connection, so that connections beside it are
	 * made ready in the same way.
	 * @param initialStatements knows the statements
	 */
	public void setInitialStatements(InitialStatements initialStatements) {
		this.initialStatements = initialStatements;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return open(new Source(this, null, null));
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return open(new Source(this, username, password));
	}

	private Connection open(Source source) throws SQLException {
		return this.connections.wrap(source.openTarget(), source);
	}

	/**
	 * A user of a data source. Does not show the password.
	 */
	private record Source(MatrixOneDataSource dataSource, @Nullable String username,
			@Nullable String password) implements ConnectionSource {

		@Override
		public Connection open() throws SQLException {
			return this.dataSource.initialStatements.sendOn(this.dataSource.open(this));
		}

		private Connection openTarget() throws SQLException {
			DataSource target = this.dataSource.obtainTargetDataSource();
			return (this.username != null) ? target.getConnection(this.username, this.password)
					: target.getConnection();
		}

		@Override
		public String toString() {
			return "connections of " + this.dataSource.getTargetDataSource();
		}

	}

}
