package io.github.matrixone.spring.hibernate;

import org.hibernate.Version;
import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolutionInfo;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolver;
import org.jspecify.annotations.Nullable;

/**
 * Makes Hibernate take the {@link MatrixOneDialect} by itself where the server is a
 * MatrixOne. Hibernate finds it through {@code META-INF/services}. A dialect that is set
 * explicitly takes precedence.
 *
 * @since 0.1
 */
public class MatrixOneDialectResolver implements DialectResolver {

	private static final long serialVersionUID = 1L;

	@Override
	public @Nullable Dialect resolveDialect(DialectResolutionInfo info) {
		String version = info.getDatabaseVersion();
		return (version != null && version.contains("MatrixOne")) ? create(info) : null;
	}

	private static Dialect create(DialectResolutionInfo info) {
		try {
			return new MatrixOneDialect(info);
		}
		catch (LinkageError ex) {
			// After an exception Hibernate would go on with a dialect of its own.
			throw new LinkageError(
					"MatrixOne's dialect does not fit Hibernate " + Version.getVersionString()
							+ ": use one of 7.2 to 7.4, or a dialect of your own with spring.jpa.database-platform",
					ex);
		}
	}

}
