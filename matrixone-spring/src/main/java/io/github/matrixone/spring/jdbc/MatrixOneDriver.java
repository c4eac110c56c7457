package io.github.matrixone.spring.jdbc;

import java.lang.StackWalker.Option;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * {@link Driver} that stands between a pool and the real driver, and whose connections to
 * a MatrixOne are {@link MatrixOneConnection}s, as {@link MatrixOneConnections} describes
 * them.
 *
 * <p>
 * For a pool that is no bean, or of a make that is not known here: put {@code matrixone:}
 * into its URL. {@code jdbc:matrixone://host:6001/shop} stands for
 * {@code jdbc:mysql://host:6001/shop}, and {@code jdbc:matrixone:mysql:…} or
 * {@code jdbc:matrixone:p6spy:mysql:…} for the URL without the word, and
 * {@code jdbc:matrixone:jdbc-secretsmanager:mysql:…} for what follows it.
 * {@link DriverManager} asks this driver for these URLs only. A pool that has the name of
 * its class gets connections for any URL that another driver knows.
 *
 * <p>
 * Thread-safe.
 *
 * @since 0.1
 */
public class MatrixOneDriver implements Driver {

	/**
	 * Beginning of the URLs of this driver.
	 */
	public static final String URL_PREFIX = "jdbc:matrixone:";

	/**
	 * Property of a connection that names the {@linkplain #register() registered} driver
	 * to use. It does not reach the real driver.
	 */
	public static final String SEAT_PROPERTY = "matrixone.seat";

	/**
	 * Some drivers have URLs that do not begin as those of JDBC, such as
	 * {@code jdbc-secretsmanager:mysql:…}.
	 */
	private static final String WITHOUT_JDBC = "jdbc-";

	private static final Map<String, WeakReference<MatrixOneDriver>> seats = new ConcurrentHashMap<>();

	private static final AtomicLong lastSeat = new AtomicLong();

	private static final String SEATS = "io.github.matrixone.spring.boot.autoconfigure.pool.";

	private static final StackWalker walker = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

	private static final MatrixOneConnections defaults = new MatrixOneConnections();

	static {
		try {
			DriverManager.registerDriver(new MatrixOneDriver());
		}
		catch (SQLException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final @Nullable Driver target;

	private final MatrixOneConnections connections;

	private InitialStatements initialStatements = List::of;

	/**
	 * Create a driver for URLs of MatrixOne, which finds the real one by the URL.
	 */
	public MatrixOneDriver() {
		this.target = null;
		this.connections = defaults;
	}

	/**
	 * Create a driver around another one, for all URLs that it accepts.
	 * @param target the real driver
	 * @param connections makes its connections those of MatrixOne
	 */
	public MatrixOneDriver(Driver target, MatrixOneConnections connections) {
		Assert.notNull(target, "The driver must not be null");
		Assert.notNull(connections, "The connections must not be null");
		this.target = target;
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

	/**
	 * Let pools that know drivers by the names of their classes find this one by a
	 * {@linkplain #SEAT_PROPERTY property}, for as long as it is referenced.
	 * @return the value of the property
	 */
	public String register() {
		String name = String.valueOf(lastSeat.incrementAndGet());
		seats.values().removeIf((seat) -> seat.get() == null);
		seats.put(name, new WeakReference<>(this));
		return name;
	}

	@Override
	public boolean acceptsURL(String url) throws SQLException {
		if (this.target != null) {
			return this.target.acceptsURL(url);
		}
		return isOwn(url) || (!isAskedByAnother() && (isKnown(url) || isKnownToASeat(url)));
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) throws SQLException {
		if (this.target == null && !isOwn(url) && isAskedByAnother()) {
			return null;
		}
		Properties properties = copyOf(info);
		Object name = properties.remove(SEAT_PROPERTY);
		WeakReference<MatrixOneDriver> seat = (name != null) ? seats.get(name.toString()) : null;
		MatrixOneDriver driver = (seat != null) ? seat.get() : null;
		return (driver != null) ? new Source(driver, realUrlOf(url), properties).openWrapped()
				: new Source(this, url, properties).openWrapped();
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
		return target(url).getPropertyInfo(realUrl(url), info);
	}

	@Override
	public int getMajorVersion() {
		return (this.target != null) ? this.target.getMajorVersion() : 0;
	}

	@Override
	public int getMinorVersion() {
		return (this.target != null) ? this.target.getMinorVersion() : 1;
	}

	@Override
	public boolean jdbcCompliant() {
		return false;
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException();
	}

	/**
	 * Return the driver that a URL is really for.
	 */
	private Driver target(String url) throws SQLException {
		return (this.target != null) ? this.target : DriverManager.getDriver(realUrl(url));
	}

	private String realUrl(String url) {
		return (this.target != null) ? url : realUrlOf(url);
	}

	/**
	 * Return the URL of the real driver.
	 * @param url any URL
	 * @return the same URL, if it is not one of MatrixOne
	 */
	static String realUrlOf(String url) {
		if (!isOwn(url)) {
			return url;
		}
		String rest = url.substring(URL_PREFIX.length());
		if (rest.startsWith(WITHOUT_JDBC)) {
			return rest;
		}
		return rest.startsWith("//") ? "jdbc:mysql:" + rest : "jdbc:" + rest;
	}

	/**
	 * Return the URL by which this driver is asked for another driver's connections.
	 * @param url any URL
	 * @return the same URL, if it is one of MatrixOne
	 */
	public static String urlOf(String url) {
		return isOwn(url) ? url : URL_PREFIX + (url.startsWith(WITHOUT_JDBC) ? url : url.substring("jdbc:".length()));
	}

	/**
	 * The registered driver must not come between others and the driver that they ask
	 * for.
	 */
	private static boolean isAskedByAnother() {
		return walker.walk((frames) -> frames.<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
			.filter((caller) -> caller != MatrixOneDriver.class)
			.findFirst()
			.filter(MatrixOneDriver::looksForDrivers)
			.isPresent());
	}

	/**
	 * A driver that has another one beneath asks all that are registered which of them
	 * knows the URL, as p6spy's does.
	 */
	private static boolean looksForDrivers(Class<?> caller) {
		return caller == DriverManager.class
				|| (Driver.class.isAssignableFrom(caller) && !caller.getName().startsWith(SEATS));
	}

	private static boolean isKnown(String url) {
		try {
			return DriverManager.getDriver(url) != null;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * A driver that a pool knows by the name of its class need not be registered.
	 */
	private static boolean isKnownToASeat(String url) {
		return seats.values().stream().map(WeakReference::get).anyMatch((seat) -> seat != null && seat.accepts(url));
	}

	private boolean accepts(String url) {
		try {
			return acceptsURL(url);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private static boolean isOwn(@Nullable String url) {
		return url != null && url.startsWith(URL_PREFIX);
	}

	private static Properties copyOf(@Nullable Properties info) {
		Properties copy = new Properties();
		if (info != null) {
			info.stringPropertyNames().forEach((name) -> copy.setProperty(name, info.getProperty(name)));
			copy.putAll(info);
		}
		return copy;
	}

	/**
	 * A user of a URL. Shows neither the password nor the URL, which may hold one.
	 */
	private static final class Source implements ConnectionSource {

		private final MatrixOneDriver driver;

		private final String url;

		private final Properties info;

		Source(MatrixOneDriver driver, String url, Properties info) {
			this.driver = driver;
			this.url = url;
			this.info = info;
		}

		@Override
		public Connection open() throws SQLException {
			return this.driver.initialStatements.sendOn(openWrapped());
		}

		@Override
		public boolean opensNewOnes() {
			return true;
		}

		private Connection openWrapped() throws SQLException {
			String url = this.driver.realUrl(this.url);
			Connection connection = this.driver.target(this.url).connect(url, copyOf(this.info));
			if (connection == null) {
				throw new SQLException("The driver " + this.driver.target(this.url) + " does not take URLs of "
						+ schemeOf(url) + ": set the driver's class name that fits the URL, or none", "08001");
			}
			return this.driver.connections.wrap(connection, this);
		}

		/**
		 * The rest of a URL may hold a password.
		 */
		private static String schemeOf(String url) {
			int place = url.indexOf("//");
			return (place >= 0) ? url.substring(0, place - 1) : url.substring(0, url.indexOf(':', "jdbc:".length()));
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Source source && this.driver.target == source.driver.target
					&& this.url.equals(source.url) && this.info.equals(source.info);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.url, this.info);
		}

		@Override
		public String toString() {
			return "connections of a URL";
		}

	}

}
