package io.github.matrixone.spring.boot.test.container;

import org.testcontainers.containers.JdbcDatabaseContainerProvider;
import org.testcontainers.jdbc.ConnectionUrl;

/**
 * Makes the container of a URL such as {@code jdbc:tc:matrixone:4.2.0:///shop}.
 * Testcontainers finds it with {@link java.util.ServiceLoader}.
 *
 * @since 0.1
 */
public class MatrixOneContainerProvider extends JdbcDatabaseContainerProvider {

	private static final String DEFAULT_TAG = "4.2.0";

	@Override
	public boolean supports(String databaseType) {
		return "matrixone".equals(databaseType);
	}

	@Override
	public MatrixOneContainer newInstance() {
		return newInstance(DEFAULT_TAG);
	}

	@Override
	public MatrixOneContainer newInstance(String tag) {
		return new MatrixOneContainer(MatrixOneContainer.IMAGE.withTag(tag));
	}

	/**
	 * Create the container of a URL.
	 * @param url the URL
	 * @return the container
	 * @throws UnsupportedOperationException if the URL has the parameter {@code user} or
	 * {@code password}, which the image has no way to set
	 */
	@Override
	public MatrixOneContainer newInstance(ConnectionUrl url) {
		MatrixOneContainer container = newInstance(url.getImageTag().orElse(DEFAULT_TAG))
			.withDatabaseName(url.getDatabaseName().orElse(MatrixOneContainer.DEFAULT_DATABASE))
			.withReuse(url.isReusable());
		String user = url.getQueryParameters().get("user");
		if (user != null) {
			container.withUsername(user);
		}
		String password = url.getQueryParameters().get("password");
		if (password != null) {
			container.withPassword(password);
		}
		return container;
	}

}
