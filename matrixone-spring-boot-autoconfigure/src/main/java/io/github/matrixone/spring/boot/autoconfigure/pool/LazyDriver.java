package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A driver that is made when it is first needed: by the name of its class, or by the URL
 * where there is none. A driver that is missing is told when a connection is asked for,
 * as pools do it.
 */
final class LazyDriver implements Driver {

	private final @Nullable String className;

	private final @Nullable ClassLoader classLoader;

	private @Nullable Driver driver;

	LazyDriver(@Nullable String className, @Nullable ClassLoader classLoader) {
		this.className = className;
		this.classLoader = classLoader;
	}

	@Override
	public Connection connect(String url, Properties info) throws SQLException {
		return driver(url).connect(url, info);
	}

	@Override
	public boolean acceptsURL(String url) throws SQLException {
		return driver(url).acceptsURL(url);
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
		return driver(url).getPropertyInfo(url, info);
	}

	@Override
	public String toString() {
		return StringUtils.hasText(this.className) ? this.className : "of the URL";
	}

	@Override
	public int getMajorVersion() {
		return 0;
	}

	@Override
	public int getMinorVersion() {
		return 0;
	}

	@Override
	public boolean jdbcCompliant() {
		return false;
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException();
	}

	private synchronized Driver driver(String url) throws SQLException {
		if (!StringUtils.hasText(this.className)) {
			// Copies of a configuration may have another URL.
			return DriverManager.getDriver(url);
		}
		if (this.driver == null) {
			this.driver = instantiate(this.className);
		}
		return this.driver;
	}

	private Driver instantiate(String name) throws SQLException {
		try {
			return (Driver) BeanUtils.instantiateClass(ClassUtils.forName(name, this.classLoader));
		}
		catch (ClassNotFoundException | LinkageError | RuntimeException ex) {
			throw new SQLException("Cannot load JDBC driver class '" + name + "'", ex);
		}
	}

}
