package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLErrorCodesFactory;
import org.springframework.jdbc.support.SQLExceptionTranslator;

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
	 * Return a translator that knows MatrixOne's errors, and others by their codes.
	 */
	static MatrixOneExceptionTranslator after(DataSource dataSource) {
		MatrixOneExceptionTranslator translator = new MatrixOneExceptionTranslator();
		translator.setFallbackTranslator(new SQLErrorCodeSQLExceptionTranslator(dataSource));
		return translator;
	}

}
