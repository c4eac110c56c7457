package io.github.matrixone.spring.hibernate;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import jakarta.persistence.criteria.Nulls;
import org.hibernate.LockOptions;
import org.hibernate.dialect.sql.ast.MySQLSqlAstTranslator;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.query.SortDirection;
import org.hibernate.sql.ast.Clause;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.ast.tree.cte.CteContainer;
import org.hibernate.sql.ast.tree.delete.DeleteStatement;
import org.hibernate.sql.ast.tree.expression.ColumnReference;
import org.hibernate.sql.ast.tree.expression.Expression;
import org.hibernate.sql.ast.tree.expression.SqlTuple;
import org.hibernate.sql.ast.tree.from.CorrelatedTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableReferenceJoin;
import org.hibernate.sql.ast.tree.insert.InsertSelectStatement;
import org.hibernate.sql.ast.tree.select.QueryPart;
import org.hibernate.sql.ast.tree.select.QuerySpec;
import org.hibernate.sql.ast.tree.select.SortSpecification;
import org.hibernate.sql.ast.tree.update.UpdateStatement;
import org.hibernate.sql.exec.spi.JdbcOperation;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Writes SQL that MatrixOne takes and answers rightly.
 *
 * @param <T> the kind of operation
 */
final class MatrixOneSqlAstTranslator<T extends JdbcOperation> extends MySQLSqlAstTranslator<T> {

	private static final String NO_LIMIT = "18446744073709551615";

	private final Set<QueryPart> correlated = Collections.newSetFromMap(new IdentityHashMap<>());

	MatrixOneSqlAstTranslator(SessionFactoryImplementor sessionFactory, Statement statement, MatrixOneDialect dialect) {
		super(sessionFactory, statement, dialect);
	}

	/**
	 * Without a limit the server does not sort by a second key that is descending where
	 * its column holds a null (MO#26012).
	 */
	@Override
	public void visitOffsetFetchClause(QueryPart queryPart) {
		boolean limited = hasLimit(queryPart) || hasOffset(queryPart);
		if (!isRowNumberingCurrentQueryPart()) {
			refuseLimitOfCorrelated(queryPart, limited);
		}
		super.visitOffsetFetchClause(queryPart);
		if (!limited && !isRowNumberingCurrentQueryPart() && sortsByDescendingSecondKey(queryPart)) {
			appendSql(" limit " + NO_LIMIT);
		}
	}

	/**
	 * The server locks nothing in a query with a common table expression (v4.2.0, no
	 * issue known).
	 */
	@Override
	@SuppressWarnings("removal")
	public void visitCteContainer(CteContainer cteContainer) {
		LockOptions lockOptions = getLockOptions();
		if (lockOptions != null && lockOptions.getLockMode().isPessimistic()
				&& !cteContainer.getCteStatements().isEmpty()) {
			throw new UnsupportedByServerException("A query with a common table expression cannot lock rows: MatrixOne "
					+ "would lock none. Write the expression as a subquery");
		}
		super.visitCteContainer(cteContainer);
	}

	@Override
	public void visitColumnReference(ColumnReference columnReference) {
		String qualifier = columnReference.getQualifier();
		if ("excluded".equals(qualifier) && getStatementStack().getCurrent() instanceof InsertSelectStatement) {
			appendSql("values(" + columnReference.getColumnExpression() + ')');
			return;
		}
		if (qualifier != null) {
			noteCorrelation(qualifier);
		}
		super.visitColumnReference(columnReference);
	}

	/**
	 * Name the table first, which tells readers of the text which one it is.
	 */
	@Override
	protected void renderDeleteClause(DeleteStatement statement) {
		if (hasNonTrivialFromClause(statement.getFromClause())) {
			super.renderDeleteClause(statement);
			return;
		}
		appendSql("delete from ");
		getClauseStack().push(Clause.DELETE);
		try {
			renderDmlTargetTableExpression(statement.getTargetTable());
		}
		finally {
			getClauseStack().pop();
		}
	}

	/**
	 * The server panics where the column of an update of a table joined with itself is
	 * not qualified (v4.2.0, no issue known).
	 */
	@Override
	protected void appendAssignmentColumn(ColumnReference column) {
		if (getStatement() instanceof UpdateStatement update && hasNonTrivialFromClause(update.getFromClause())) {
			column.appendColumnForWrite(this, column.getQualifier());
		}
		else {
			super.appendAssignmentColumn(column);
		}
	}

	/**
	 * The server cuts a recursive column to the width of its first part.
	 */
	@Override
	protected void visitRecursivePath(Expression recursivePath, int sizeEstimate) {
		appendSql("cast(");
		recursivePath.accept(this);
		appendSql(" as varchar(65535))");
	}

	/**
	 * The server applies the limit of a correlated subquery once, to the rows of all
	 * outer rows together (MO#26816).
	 */
	private void refuseLimitOfCorrelated(QueryPart queryPart, boolean limited) {
		if (limited && this.correlated.contains(queryPart)) {
			throw new UnsupportedByServerException("A subquery that refers to the outer query must not have a limit: "
					+ "MatrixOne would apply it to the rows of all outer rows together. Use min() or max(), or a "
					+ "window function in a subquery of the from clause");
		}
	}

	/**
	 * Mark the query parts around a column as correlated, up to the one that has the
	 * column's table.
	 */
	private void noteCorrelation(String qualifier) {
		getQueryPartStack().findCurrentFirst((part) -> {
			if (part instanceof QuerySpec spec && hasTable(spec, qualifier)) {
				return part;
			}
			this.correlated.add(part);
			return null;
		});
	}

	private static boolean hasTable(QuerySpec spec, String qualifier) {
		Boolean found = spec.getFromClause().queryTableGroups((group) -> isTable(group, qualifier) ? true : null);
		return found != null;
	}

	private static boolean isTable(TableGroup group, String qualifier) {
		if (!group.isInitialized()) {
			return false;
		}
		if (!(group instanceof CorrelatedTableGroup)
				&& qualifier.equals(group.getPrimaryTableReference().getIdentificationVariable())) {
			return true;
		}
		for (TableReferenceJoin join : group.getTableReferenceJoins()) {
			if (qualifier.equals(join.getJoinedTableReference().getIdentificationVariable())) {
				return true;
			}
		}
		return false;
	}

	private boolean sortsByDescendingSecondKey(QueryPart queryPart) {
		List<SortSpecification> sorts = queryPart.getSortSpecifications();
		if (sorts == null) {
			return false;
		}
		for (int i = 0; i < sorts.size(); i++) {
			SortSpecification sort = sorts.get(i);
			if (sort.getSortOrder() == SortDirection.DESCENDING && (i > 0 || isWrittenAsSeveralKeys(sort))) {
				return true;
			}
		}
		return false;
	}

	private boolean isWrittenAsSeveralKeys(SortSpecification sort) {
		Nulls nulls = sort.getNullPrecedence();
		if (nulls == null || nulls == Nulls.NONE) {
			nulls = defaultNulls();
		}
		return nulls == Nulls.FIRST || sort.getSortExpression() instanceof SqlTuple;
	}

	private @Nullable Nulls defaultNulls() {
		return getSessionFactory().getSessionFactoryOptions().getDefaultNullPrecedence();
	}

}
