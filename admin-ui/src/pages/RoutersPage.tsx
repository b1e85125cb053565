export { Routers as RoutersPage } from '../features/routers/Routers';
