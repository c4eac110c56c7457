package io.github.matrixone.spring.jdbc;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.withSettings;

/**
 * Which entity managers are flushed before an operation.
 */
class JpaPendingChangesTests {

	private final DataSource pool = new ScriptedDriver().matrixOne();

	@Test
	void flushesOneThatWorksOnAProxyOfTheSamePool() {
		verify(flushed(new LazyConnectionDataSourceProxy(this.pool))).flush();
	}

	@Test
	void leavesOneThatWorksOnAnotherPool() {
		verify(flushed(new ScriptedDriver().matrixOne()), never()).flush();
	}

	@Test
	void leavesOneWhoseUserFlushesByHand() {
		Session session = mock();
		given(session.getHibernateFlushMode()).willReturn(FlushMode.MANUAL);
		verify(flushed(this.pool, session), never()).flush();
	}

	private EntityManager flushed(DataSource ofEntityManager) {
		return flushed(ofEntityManager, mock(EntityManager.class));
	}

	private EntityManager flushed(DataSource ofEntityManager, EntityManager entityManager) {
		EntityManagerFactory factory = mock(EntityManagerFactory.class,
				withSettings().extraInterfaces(EntityManagerFactoryInfo.class));
		given(((EntityManagerFactoryInfo) factory).getDataSource()).willReturn(ofEntityManager);
		given(entityManager.isJoinedToTransaction()).willReturn(true);
		TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(entityManager));
		try {
			JpaPendingChanges.flush(this.pool);
		}
		finally {
			TransactionSynchronizationManager.unbindResource(factory);
		}
		return entityManager;
	}

}
