package io.github.matrixone.spring.retry;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.resilience.retry.MethodRetryPredicate;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * Retries a whole transaction that certainly was not committed and may well be the next
 * time: after a {@link ConcurrencyFailureException} (deadlock, lock wait timeout, write
 * conflict, optimistic locking) or a {@link TransientDataAccessResourceException}. Errors
 * of JPA count as what a {@code @Repository} would throw in their place.
 * <p>
 * Retries nothing while a surrounding transaction is active, which is for the one who
 * began it to repeat, and no exception of the application, even if it has such a cause.
 *
 * @since 0.1
 */
public class ConflictRetryPredicate implements MethodRetryPredicate {

	private final MatrixOneExceptionTranslator sqlTranslator = new MatrixOneExceptionTranslator();

	private final ObjectProvider<PersistenceExceptionTranslator> translators;

	/**
	 * Create a predicate.
	 * @param translators what translates the errors of JPA
	 */
	public ConflictRetryPredicate(ObjectProvider<PersistenceExceptionTranslator> translators) {
		this.translators = translators;
	}

	@Override
	public boolean shouldRetry(Method method, Throwable throwable) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return false;
		}
		DataAccessException error = translate(throwable);
		return error != null && shouldRetry(error);
	}

	/**
	 * Return whether to retry after an error.
	 * @param error the error
	 * @return whether to call the method again
	 */
	protected boolean shouldRetry(DataAccessException error) {
		if (error instanceof ConcurrencyFailureException) {
			// The next attempt would need as many locks.
			SQLException cause = sqlCause(error);
			return cause == null || MatrixOneError.of(cause) != MatrixOneError.TOO_MANY_LOCKS;
		}
		return error instanceof TransientDataAccessResourceException;
	}

	private @Nullable DataAccessException translate(Throwable throwable) {
		DataAccessException error = (throwable instanceof DataAccessException ex) ? ex
				: translatePersistence(throwable);
		if (error instanceof UncategorizedDataAccessException || throwable instanceof TransactionSystemException) {
			SQLException cause = sqlCause(throwable);
			return (cause != null) ? this.sqlTranslator.translate("Transaction", null, cause) : null;
		}
		return error;
	}

	private @Nullable DataAccessException translatePersistence(Throwable throwable) {
		if (!(throwable instanceof RuntimeException ex)) {
			return null;
		}
		return this.translators.stream()
			.map((translator) -> translator.translateExceptionIfPossible(ex))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static @Nullable SQLException sqlCause(Throwable throwable) {
		for (Throwable cause = throwable; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException ex) {
				return ex;
			}
		}
		return null;
	}

}
