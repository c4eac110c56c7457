package io.github.matrixone.spring.boot.autoconfigure;

import java.util.function.Supplier;

import javax.sql.DataSource;

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
	 * Return a translator that knows MatrixOne's errors, and others as without the
	 * starter.
	 * @param translator the translator of the context
	 * @param others translates other errors
	 * @return another one, or the translator itself if it is one of a class of the
	 * application's
	 */
	public static MatrixOneExceptionTranslator after(MatrixOneExceptionTranslator translator,
			SQLExceptionTranslator others) {
		if (translator.getClass() != MatrixOneExceptionTranslator.class) {
			return translator;
		}
		MatrixOneExceptionTranslator all = new MatrixOneExceptionTranslator();
		all.setFallbackTranslator(others);
		return all;
	}

	/**
	 * Return a translator by the codes of a database, which is asked for its name when
	 * the first error occurs.
	 * @param dataSource tells the database
	 * @return the translator
	 */
	public static SQLExceptionTranslator of(DataSource dataSource) {
		Supplier<SQLExceptionTranslator> byCodes = SingletonSupplier
			.of(() -> new SQLErrorCodeSQLExceptionTranslator(dataSource));
		return (task, sql, ex) -> byCodes.get().translate(task, sql, ex);
	}

	/**
	 * Return a translator that knows MatrixOne's errors, and others by their codes.
	 */
	static MatrixOneExceptionTranslator after(DataSource dataSource) {
		MatrixOneExceptionTranslator translator = new MatrixOneExceptionTranslator();
		translator.setFallbackTranslator(of(dataSource));
		return translator;
	}

}
