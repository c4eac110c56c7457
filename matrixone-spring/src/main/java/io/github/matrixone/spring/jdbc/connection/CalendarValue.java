package io.github.matrixone.spring.jdbc.connection;

import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that is bound with a calendar.
 *
 * @param value a {@link Date}, {@link Time} or {@link Timestamp}
 * @param calendar the calendar, or {@code null} for the default one
 */
record CalendarValue(Object value, @Nullable Calendar calendar) {

	/**
	 * Bind it again.
	 * @param statement where to bind it
	 * @param index its place, from 1
	 * @throws SQLException if the driver fails
	 */
	void bind(PreparedStatement statement, int index) throws SQLException {
		if (this.value instanceof Timestamp timestamp) {
			statement.setTimestamp(index, timestamp, this.calendar);
		}
		else if (this.value instanceof Date date) {
			statement.setDate(index, date, this.calendar);
		}
		else {
			statement.setTime(index, (Time) this.value, this.calendar);
		}
	}

}
