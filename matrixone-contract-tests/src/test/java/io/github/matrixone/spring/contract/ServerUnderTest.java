package io.github.matrixone.spring.contract;

import java.sql.SQLException;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.util.function.SingletonSupplier;
import org.testcontainers.DockerClientFactory;

import io.github.matrixone.spring.boot.test.container.MatrixOneContainer;

/**
 * The server to test on: that of {@code MATRIXONE_URL}, else one in a container, else
 * none.
 *
 * @param url the URL, up to and with the slash before the database
 * @param username the user
 * @param password the user's password
 * @param disposable whether tests may restore the whole server
 */
public record ServerUnderTest(String url, String username, String password, boolean disposable) {

	private static final int NO_SUCH_TABLE = 1146;

	private static final ServerUnderTest INSTANCE = find();

	private static final SingletonSupplier<Boolean> NEWER = SingletonSupplier
		.of(() -> INSTANCE.saysThatATableIsMissing());

	public static boolean isAvailable() {
		return INSTANCE != null;
	}

	public static ServerUnderTest get() {
		return INSTANCE;
	}

	/**
	 * Have an application use this server.
	 * @param registry the application's properties
	 * @param database the database and parameters of the driver
	 */
	public void register(DynamicPropertyRegistry registry, String database) {
		registry.add("spring.datasource.url", () -> this.url + database);
		registry.add("spring.datasource.username", this::username);
		registry.add("spring.datasource.password", this::password);
	}

	/**
	 * Return what sends statements past everything of the library, on a new connection
	 * each.
	 * @param database the database and parameters of the driver
	 */
	public JdbcTemplate plainJdbc(String database) {
		return new JdbcTemplate(new DriverManagerDataSource(this.url + database, this.username, this.password));
	}

	/**
	 * Return a reactive driver that sends statements past everything of the library.
	 * @param database the database and parameters of the driver
	 */
	public ConnectionFactory plainR2dbc(String database) {
		return plainR2dbc(this.url, database);
	}

	/**
	 * Return a reactive driver that sends statements past everything of the library.
	 * @param url the URL of one of the server's nodes, up to and with the slash before
	 * the database
	 * @param database the database and parameters of the driver
	 */
	public ConnectionFactory plainR2dbc(String url, String database) {
		return ConnectionFactories.get(ConnectionFactoryOptions.parse(url.replaceFirst("jdbc", "r2dbc") + database)
			.mutate()
			.option(ConnectionFactoryOptions.USER, this.username)
			.option(ConnectionFactoryOptions.PASSWORD, this.password)
			.build());
	}

	/**
	 * Return whether the server is newer than 4.2. The version that it names can be any;
	 * an error's code tells.
	 */
	public boolean isNewer() {
		return NEWER.obtain();
	}

	private boolean saysThatATableIsMissing() {
		try {
			plainJdbc("mo_catalog").execute("SELECT 1 FROM there_is_no_such_table");
			return false;
		}
		catch (DataAccessException ex) {
			return ex.getCause() instanceof SQLException cause && cause.getErrorCode() == NO_SUCH_TABLE;
		}
	}

	private static ServerUnderTest find() {
		String url = System.getenv("MATRIXONE_URL");
		if (url != null && !url.isBlank()) {
			return new ServerUnderTest(url, System.getenv().getOrDefault("MATRIXONE_USERNAME", "root"),
					System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111"),
					Boolean.parseBoolean(System.getenv("MATRIXONE_DISPOSABLE")));
		}
		if (DockerClientFactory.instance().isDockerAvailable()) {
			return start();
		}
		System.out.println("NOT RUN: the tests on a MatrixOne server. Set MATRIXONE_URL, MATRIXONE_USERNAME and "
				+ "MATRIXONE_PASSWORD, or use scripts/with-matrixone, or start Docker.");
		return null;
	}

	@SuppressWarnings("resource")
	private static ServerUnderTest start() {
		MatrixOneContainer container = new MatrixOneContainer("matrixorigin/matrixone:4.2.0");
		container.start();
		return new ServerUnderTest(
				"jdbc:mysql://" + container.getHost() + ":" + container.getMappedPort(MatrixOneContainer.PORT) + "/",
				container.getUsername(), container.getPassword(), true);
	}

}
