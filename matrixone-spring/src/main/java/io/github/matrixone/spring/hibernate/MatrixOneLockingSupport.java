package io.github.matrixone.spring.hibernate;

import jakarta.persistence.Timeout;
import org.hibernate.dialect.RowLockStrategy;
import org.hibernate.dialect.lock.spi.ConnectionLockTimeoutStrategy;
import org.hibernate.dialect.lock.spi.LockTimeoutType;
import org.hibernate.dialect.lock.spi.LockingSupport;
import org.hibernate.dialect.lock.spi.OuterJoinLockingType;

/**
 * How MatrixOne locks rows: {@code FOR UPDATE} at the end of the statement locks the rows
 * of all tables of a join. There is neither {@code OF} nor a timeout, and
 * {@code SET lock_wait_timeout} would commit the transaction (MO#26872).
 */
final class MatrixOneLockingSupport implements LockingSupport, LockingSupport.Metadata {

	@Override
	public Metadata getMetadata() {
		return this;
	}

	@Override
	public ConnectionLockTimeoutStrategy getConnectionLockTimeoutStrategy() {
		return ConnectionLockTimeoutStrategy.NONE;
	}

	@Override
	public LockTimeoutType getLockTimeoutType(Timeout timeout) {
		return LockTimeoutType.NONE;
	}

	@Override
	public OuterJoinLockingType getOuterJoinLockingType() {
		return OuterJoinLockingType.FULL;
	}

	@Override
	public RowLockStrategy getWriteRowLockStrategy() {
		return RowLockStrategy.NONE;
	}

}
