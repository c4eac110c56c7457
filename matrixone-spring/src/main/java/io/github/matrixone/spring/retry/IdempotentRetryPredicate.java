package io.github.matrixone.spring.retry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.support.PersistenceExceptionTranslator;

import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;

/**
 * Retries also where it is unknown whether the transaction was committed. Only for
 * methods whose second run, after a first that was committed, changes nothing more.
 *
 * @since 0.1
 */
public class IdempotentRetryPredicate extends ConflictRetryPredicate {

	/**
	 * Create a predicate.
	 * @param translators what translates the errors of JPA
	 */
	public IdempotentRetryPredicate(ObjectProvider<PersistenceExceptionTranslator> translators) {
		super(translators);
	}

	@Override
	protected boolean shouldRetry(DataAccessException error) {
		return error instanceof CommitOutcomeUnknownException || super.shouldRetry(error);
	}

}
