package io.github.matrixone.spring.boot.autoconfigure;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLErrorCodesFactory;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.util.function.SingletonSupplier;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * Has errors that are none of MatrixOne's translated by their codes, where they are
 * without the starter.
 */
public final class ErrorCodes {

	private ErrorCodes() {
	}

	/**
	 * Return whether the application has a file of codes of its own, which Spring follows
	 * then everywhere.
	 */
	static boolean areTheApplications() {
		return new ClassPathResource(SQLErrorCodesFactory.SQL_ERROR_CODE_OVERRIDE_PATH,
				SQLErrorCodesFactory.class.getClassLoader())
			.exists();
	}

	/**
	 * Return a translator for a library whose errors Spring translates by their codes.
	 * @param translator the translator of the application
	 * @param dataSource tells the database, or {@code null}
	 * @return another one, or the translator itself if it is the application's own
	 */
	public static SQLExceptionTranslator of(SQLExceptionTranslator translator, @Nullable DataSource dataSource) {
		return (dataSource != null && translator.getClass() == MatrixOneExceptionTranslator.class) ? after(dataSource)
				: translator;
	}

	/**
	 * Return a translator that knows MatrixOne's errors, and others by their codes. The
	 * database is asked for its name when the first of those occurs: Spring's translator
	 * would ask at once.
	 */
	static MatrixOneExceptionTranslator after(DataSource dataSource) {
		Supplier<SQLExceptionTranslator> byCodes = SingletonSupplier
			.of(() -> new SQLErrorCodeSQLExceptionTranslator(dataSource));
		MatrixOneExceptionTranslator translator = new MatrixOneExceptionTranslator();
		translator.setFallbackTranslator((task, sql, ex) -> byCodes.get().translate(task, sql, ex));
		return translator;
	}

}
