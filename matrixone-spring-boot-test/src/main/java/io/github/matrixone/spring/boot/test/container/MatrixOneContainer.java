package io.github.matrixone.spring.boot.test.container;

import java.time.Duration;

import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A MatrixOne server in a container. It is ready when it answers a query, which is later
 * than its port opens.
 * <p>
 * The user is {@code root} and the password {@code 111}; the image has no way to set
 * them. The driver creates the database, because the image does not.
 *
 * @since 0.1
 */
public class MatrixOneContainer extends JdbcDatabaseContainer<MatrixOneContainer> {

	/**
	 * Port of the server in the container.
	 */
	public static final int PORT = 6001;

	static final DockerImageName IMAGE = DockerImageName.parse("matrixorigin/matrixone");

	static final String DEFAULT_DATABASE = "test";

	private static final int START_SECONDS = (int) Duration.ofMinutes(3).toSeconds();

	private String databaseName = DEFAULT_DATABASE;

	/**
	 * Create a container.
	 * @param image the image with its tag, such as {@code matrixorigin/matrixone:4.2.0}
	 */
	public MatrixOneContainer(String image) {
		this(DockerImageName.parse(image));
	}

	/**
	 * Create a container.
	 * @param image the image: {@code matrixorigin/matrixone}, or one that is declared to
	 * be a substitute for it
	 */
	public MatrixOneContainer(DockerImageName image) {
		super(image);
		image.assertCompatibleWith(IMAGE);
		addExposedPort(PORT);
		withStartupTimeoutSeconds(START_SECONDS);
		withConnectTimeoutSeconds(START_SECONDS);
		withUrlParam("createDatabaseIfNotExist", "true");
	}

	@Override
	public String getDriverClassName() {
		return "com.mysql.cj.jdbc.Driver";
	}

	@Override
	public String getJdbcUrl() {
		return "jdbc:mysql://" + getHost() + ":" + getMappedPort(PORT) + "/" + this.databaseName
				+ constructUrlParameters("?", "&");
	}

	@Override
	public String getDatabaseName() {
		return this.databaseName;
	}

	@Override
	public String getUsername() {
		return "root";
	}

	@Override
	public String getPassword() {
		return "111";
	}

	@Override
	protected String getTestQueryString() {
		return "SELECT 1";
	}

	/**
	 * Set the database of the URL. The driver creates it when it connects.
	 * @param databaseName the database
	 * @return this container
	 */
	@Override
	public MatrixOneContainer withDatabaseName(String databaseName) {
		this.databaseName = databaseName;
		return this;
	}

	/**
	 * Refused: the image has no way to set the user.
	 * @param username not used
	 * @return nothing
	 * @throws UnsupportedOperationException always
	 */
	@Override
	public MatrixOneContainer withUsername(String username) {
		throw new UnsupportedOperationException("The image of MatrixOne has no way to set the user: it is root");
	}

	/**
	 * Refused: the image has no way to set the password.
	 * @param password not used
	 * @return nothing
	 * @throws UnsupportedOperationException always
	 */
	@Override
	public MatrixOneContainer withPassword(String password) {
		throw new UnsupportedOperationException("The image of MatrixOne has no way to set the password: it is 111");
	}

}
