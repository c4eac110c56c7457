package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The configured URLs, as far as they may be shown. There are none for the starter where
 * it is switched off.
 */
final class DataSourceUrl {

	/** MySQL's driver, itself or beneath that of the starter. */
	private static final String DRIVER = "(?:matrixone:(?=//)|(?:matrixone:)?mysql:)";

	private static final Pattern JDBC = Pattern.compile("jdbc:" + DRIVER + "[^?;]*");

	private static final Pattern R2DBC = Pattern.compile("r2dbcs?:(?:pool:)?" + DRIVER + "[^?;]*");

	private DataSourceUrl() {
	}

	/**
	 * Return the URL without what follows the host: parameters may hold a password, and
	 * so may what precedes it, or the driver's {@code (host=…,password=…)}.
	 * @return the URL, or {@code null} if there is none, it is not of MySQL's driver, or
	 * the starter is switched off
	 */
	static @Nullable String withoutCredentials(Environment environment) {
		return withoutCredentials(environment, "spring.datasource.url", JDBC);
	}

	/**
	 * Return the URL of R2DBC, as {@link #withoutCredentials(Environment)} does.
	 * @return the URL, or {@code null} if there is none, it is not of MySQL's driver, or
	 * the starter is switched off
	 */
	static @Nullable String r2dbcWithoutCredentials(Environment environment) {
		return withoutCredentials(environment, "spring.r2dbc.url", R2DBC);
	}

	private static @Nullable String withoutCredentials(Environment environment, String property, Pattern pattern) {
		String url = environment.getProperty(property);
		if (url == null || !Binder.get(environment).bind("matrixone.enabled", Boolean.class).orElse(true)) {
			return null;
		}
		Matcher matcher = pattern.matcher(url);
		if (!matcher.lookingAt()) {
			return null;
		}
		String base = matcher.group();
		String scheme = base.substring(0, base.indexOf("//") + 2);
		if (base.indexOf('(') >= 0 || matcher.end() < url.lastIndexOf('@')) {
			return scheme + "…";
		}
		int at = base.lastIndexOf('@');
		return (at >= 0) ? scheme + base.substring(at + 1) : base;
	}

}
