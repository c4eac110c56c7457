package io.github.matrixone.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The configured URL, as far as it may be shown.
 */
final class DataSourceUrl {

	private DataSourceUrl() {
	}

	/**
	 * Return the URL without what follows the host: parameters may hold a password, and
	 * so may what precedes it.
	 * @return the URL, or {@code null} if there is none or it is not of MySQL's driver
	 */
	static @Nullable String withoutCredentials(Environment environment) {
		String url = environment.getProperty("spring.datasource.url");
		if (url == null || !url.startsWith("jdbc:mysql:")) {
			return null;
		}
		String base = url.split("[?;]", 2)[0];
		int at = base.lastIndexOf('@');
		return (at >= 0) ? "jdbc:mysql://" + base.substring(at + 1) : base;
	}

}
