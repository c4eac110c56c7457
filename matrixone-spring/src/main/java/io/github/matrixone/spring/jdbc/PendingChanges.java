package io.github.matrixone.spring.jdbc;

import javax.sql.DataSource;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import org.springframework.util.ClassUtils;

/**
 * Sends changes that an object-relational mapper still holds back, or MyBatis in a batch,
 * so that a command finds them in the database.
 */
final class PendingChanges {

	private static final boolean JPA_PRESENT = ClassUtils.isPresent("org.springframework.orm.jpa.EntityManagerHolder",
			PendingChanges.class.getClassLoader())
			&& ClassUtils.isPresent("jakarta.persistence.EntityManager", PendingChanges.class.getClassLoader());

	private static final boolean MYBATIS_PRESENT = ClassUtils.isPresent("org.mybatis.spring.SqlSessionHolder",
			PendingChanges.class.getClassLoader())
			&& ClassUtils.isPresent("org.apache.ibatis.session.SqlSession", PendingChanges.class.getClassLoader());

	private PendingChanges() {
	}

	/**
	 * Flush the current transaction's sessions. Read-only ones have nothing to flush.
	 * Spring tells that of the innermost transaction alone, which may be another
	 * manager's.
	 * @param dataSource what the sessions work on
	 * @param readOnly whether the transaction on it is read-only
	 */
	static void flush(DataSource dataSource, boolean readOnly) {
		if (readOnly) {
			return;
		}
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationUtils.triggerFlush();
		}
		if (JPA_PRESENT) {
			JpaPendingChanges.flush(dataSource);
		}
		if (MYBATIS_PRESENT) {
			MyBatisPendingChanges.flush(dataSource);
		}
	}

	/**
	 * Forget what the current transaction's sessions keep of statements that they have
	 * sent.
	 */
	static void forgetRead(DataSource dataSource) {
		if (MYBATIS_PRESENT) {
			MyBatisPendingChanges.forget(dataSource);
		}
	}

	/**
	 * Return whether what a transaction manager keeps its sessions by is a factory that
	 * works on a data source.
	 */
	static boolean areOf(Object factory, DataSource dataSource) {
		return JPA_PRESENT && JpaPendingChanges.isFactoryOn(factory, dataSource);
	}

}
